namespace Loragate.EvalHarness.Tasks.Functions;

/// <summary>A function that scores a document by itself.</summary>
/// <param name="Metrics">The names of the scores that it gives.</param>
/// <param name="Score">The scores of a document.</param>
internal sealed record ResultFunction(
    IReadOnlyList<string> Metrics,
    Func<TaskDocument, IReadOnlyList<Response>, IReadOnlyDictionary<string, double>> Score);
