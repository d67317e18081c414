namespace Loragate.Cli.Measuring;

/// <summary>What is generated to measure a model.</summary>
/// <param name="PromptTokens">Tokens in the prompt.</param>
/// <param name="NewTokens">Tokens to generate.</param>
/// <param name="Repeats">How often; medians are told.</param>
internal sealed record MeterPlan(int PromptTokens, int NewTokens, int Repeats)
{
    /// <summary>A paragraph in, a sentence out.</summary>
    public static MeterPlan Usual { get; } = new(128, 32, 5);
}
