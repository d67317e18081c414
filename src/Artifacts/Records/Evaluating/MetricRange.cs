namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>What an item's score of a metric can be: the one place that says so, for whoever scores and whoever judges.</summary>
/// <param name="Least">The least score; may be −∞.</param>
/// <param name="Greatest">The greatest score; may be ∞.</param>
/// <param name="Neutral">What a model that favours nobody scores on average; null where the metric is not about that.</param>
public sealed record MetricRange(double Least, double Greatest, double? Neutral = null)
{
    /// <summary>0 to 1.</summary>
    public static MetricRange Share { get; } = new(0, 1);

    private static readonly MetricRange Sum = new(double.NegativeInfinity, 0);
    private static readonly MetricRange Size = new(0, double.PositiveInfinity);

    private static readonly Dictionary<string, MetricRange> Known = new(StringComparer.Ordinal)
    {
        ["acc"] = Share,
        ["acc_norm"] = Share,
        ["acc_bytes"] = Share,
        ["acc_mutual_info"] = Share,
        ["exact_match"] = Share,
        ["nfkc_exact_match"] = Share,
        ["char_f1"] = Share,
        ["brier_score"] = new(0, 2),
        ["unknown"] = Share,
        ["parse_failure"] = Share,
        ["biased"] = Share,
        ["bias"] = new(-1, 1, 0),
        ["stereotype"] = new(0, 1, 0.5),
        ["association"] = new(double.NegativeInfinity, double.PositiveInfinity, 0),
        ["pct_stereotype"] = new(0, 1, 0.5),
        ["likelihood_diff"] = Size,
        ["perplexity"] = Sum,
        ["loglikelihood"] = Sum,
        ["words"] = Size,
        ["bytes"] = Size,
    };

    /// <summary>Whether both ends are numbers.</summary>
    public bool IsBounded => double.IsFinite(Least) && double.IsFinite(Greatest);

    /// <summary>The range of an item's score by its name, with or without a filter chain's ("exact_match,strict"); null for a name that nobody declared.</summary>
    public static MetricRange? Of(string metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return Known.GetValueOrDefault(metric.Split(',')[0]);
    }
}
