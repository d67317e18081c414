using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>Who answers requests in tokens: a model here, or one behind a server.</summary>
internal interface IAnswerSource
{
    /// <summary>Tokens that a window may fill.</summary>
    int MaxLength { get; }

    /// <summary>Nats within which another run may answer otherwise; of a server, once it has answered.</summary>
    double Noise { get; }

    /// <summary>The log-likelihoods of groups of requests; progress hears how many groups are answered.</summary>
    IReadOnlyList<IReadOnlyList<ScoringResult>> Score(IReadOnlyList<IReadOnlyList<ScoringRequest>> groups, IProgress<int>? progress, CancellationToken cancellation);

    /// <summary>The most likely continuation of an item's prompt, token by token, up to the first at which <paramref name="shouldStop"/> says so.</summary>
    GeneratedTokens Generate(int item, IReadOnlyList<int> context, int maxTokens, Func<IReadOnlyList<int>, bool> shouldStop, CancellationToken cancellation);
}
