namespace Loragate.EvalHarness.Tasks;

/// <summary>A model's answer to one request.</summary>
/// <param name="LogLikelihood">Summed log-likelihood in nats; 0 for a generation.</param>
/// <param name="IsGreedy">Whether the continuation is the greedy one.</param>
/// <param name="Text">The generated text, without stop text; null for log-likelihoods.</param>
/// <param name="Tokens">How many tokens were scored; 0 where that is not known.</param>
/// <param name="GreedyMargin">How far the greedy flag, or the text, is from turning: in nats, at the token where it is least; null where that is not known.</param>
public sealed record Response(double LogLikelihood, bool IsGreedy, string? Text = null, int Tokens = 0, double? GreedyMargin = null)
{
    /// <summary>The answer to a generation request.</summary>
    public static Response Generated(string text) => new(0, IsGreedy: true, text);
}
