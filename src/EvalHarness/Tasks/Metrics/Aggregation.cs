using Loragate.Artifacts.Records.Evaluating;

namespace Loragate.EvalHarness.Tasks.Metrics;

/// <summary>lm-evaluation-harness's aggregates over the documents' scores.</summary>
internal static class Aggregation
{
    /// <summary>x̄ = Σx/n with the standard error s/√n, s² = Σ(x−x̄)²/(n−1); none for one document.</summary>
    public static Metric Mean(string name, IReadOnlyList<double> scores, bool withError = true)
    {
        var n = scores.Count;
        var mean = scores.Sum() / n;
        var squares = scores.Sum(x => (x - mean) * (x - mean));
        return new Metric(name, mean, withError && n > 1 ? Math.Sqrt(squares / (n - 1)) / Math.Sqrt(n) : null, n);
    }

    /// <summary>exp(−Σll/n). The harness's standard error is a bootstrap, which is left to the statistics of the decision.</summary>
    public static Metric Perplexity(string name, IReadOnlyList<double> logLikelihoods) =>
        new(name, Math.Exp(-(logLikelihoods.Sum() / logLikelihoods.Count)), null, logLikelihoods.Count);

    /// <summary>exp(−Σll/Σw): words or bytes over the whole set, not averaged a document.</summary>
    public static Metric WeightedPerplexity(string name, IReadOnlyList<double> logLikelihoods, IReadOnlyList<double> weights) =>
        new(name, Math.Exp(-(logLikelihoods.Sum() / weights.Sum())), null, logLikelihoods.Count);

    /// <summary>−Σll/Σbytes/ln 2.</summary>
    public static Metric BitsPerByte(string name, IReadOnlyList<double> logLikelihoods, IReadOnlyList<double> bytes) =>
        new(name, -(logLikelihoods.Sum() / bytes.Sum()) / Math.Log(2), null, logLikelihoods.Count);
}
