namespace Loragate.EvalHarness.Tasks;

/// <summary>A request for a greedy generation.</summary>
/// <param name="Context">The prompt.</param>
/// <param name="Until">The texts that end the generation; what follows them is cut off, they themselves as well.</param>
/// <param name="MaxTokens">The most tokens to generate.</param>
public sealed record GenerationRequest(string Context, IReadOnlyList<string> Until, int MaxTokens);
