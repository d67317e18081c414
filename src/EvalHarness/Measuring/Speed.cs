namespace Loragate.EvalHarness.Measuring;

/// <summary>How fast a model answers; medians over the repeats.</summary>
/// <param name="PromptTokens">Tokens in the prompt.</param>
/// <param name="NewTokens">Tokens generated.</param>
/// <param name="FirstTokenSeconds">From prompt to first token: the latency that a user waits for.</param>
/// <param name="SecondsPerToken">From one token to the next.</param>
public sealed record Speed(int PromptTokens, int NewTokens, double FirstTokenSeconds, double SecondsPerToken)
{
    /// <summary>Prompt tokens read in a second.</summary>
    public double PromptTokensPerSecond => PromptTokens / FirstTokenSeconds;

    /// <summary>Tokens written in a second, the first left aside.</summary>
    public double NewTokensPerSecond => 1 / SecondsPerToken;
}
