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

    /// <summary>2·TP/(2·TP + FP + FN) of choice 1 against choice 0, and 0 where that is 0/0, as in scikit-learn.</summary>
    /// <exception cref="TaskException">There are other choices: scikit-learn refuses them for the binary score that the harness asks for.</exception>
    public static Metric F1(string name, IReadOnlyList<double> golds, IReadOnlyList<double> predicted)
    {
        if (golds.Concat(predicted).Any(static choice => choice is not (0 or 1)))
            throw new TaskException(name, "the metric is of two choices, and there are others");
        var both = golds.Zip(predicted).ToList();
        var right = both.Count(static pair => pair is (1, 1));
        var wrong = both.Count(static pair => pair.First != pair.Second);
        return new Metric(name, right == 0 ? 0 : 2.0 * right / ((2 * right) + wrong), null, golds.Count);
    }

    /// <summary>
    /// Matthews' correlation of right and chosen among K choices (Gorodkin 2004): with c right ones among n, tₖ rows of choice k and pₖ choices of it,
    /// (c·n − Σtₖpₖ)/√((n² − Σpₖ²)(n² − Σtₖ²)), and 0 where that is 0/0, as in scikit-learn.
    /// </summary>
    public static Metric Matthews(string name, IReadOnlyList<double> golds, IReadOnlyList<double> predicted)
    {
        double n = golds.Count;
        double right = golds.Zip(predicted).Count(static pair => pair.First == pair.Second);
        var truths = golds.CountBy(static choice => choice).ToDictionary(static entry => entry.Key, static entry => (double)entry.Value);
        var choices = predicted.CountBy(static choice => choice).ToDictionary(static entry => entry.Key, static entry => (double)entry.Value);
        var covariance = (right * n) - truths.Sum(entry => entry.Value * choices.GetValueOrDefault(entry.Key));
        var spread = ((n * n) - choices.Values.Sum(static count => count * count)) * ((n * n) - truths.Values.Sum(static count => count * count));
        return new Metric(name, spread == 0 ? 0 : covariance / Math.Sqrt(spread), null, golds.Count);
    }
}
