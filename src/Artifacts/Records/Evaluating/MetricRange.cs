namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>What an item's score of a metric can be: the one place that says so, for whoever scores and whoever judges.</summary>
/// <param name="Least">The least score; may be −∞.</param>
/// <param name="Greatest">The greatest score; may be ∞.</param>
/// <param name="Neutral">What a model that favours nobody scores on average; null where the metric is not about that.</param>
/// <param name="HigherIsBetter">Whether more of it is better, where a task does not say otherwise; null where neither more nor less is.</param>
public sealed record MetricRange(double Least, double Greatest, double? Neutral = null, bool? HigherIsBetter = null)
{
    /// <summary>0 to 1.</summary>
    public static MetricRange Share { get; } = new(0, 1);

    private static readonly MetricRange Hit = Share with { HigherIsBetter = true };
    private static readonly MetricRange Miss = Share with { HigherIsBetter = false };
    private static readonly MetricRange Size = new(0, double.PositiveInfinity);

    private static readonly Dictionary<string, MetricRange> Known = new(StringComparer.Ordinal)
    {
        ["acc"] = Hit,
        ["acc_norm"] = Hit,
        ["acc_bytes"] = Hit,
        ["acc_mutual_info"] = Hit,
        ["exact_match"] = Hit,
        ["nfkc_exact_match"] = Hit,
        ["char_f1"] = Hit,
        ["brier_score"] = new(0, 2, HigherIsBetter: false),
        ["unknown"] = Share,
        ["parse_failure"] = Miss,
        ["biased"] = Miss,
        ["bias"] = new(-1, 1, 0),
        ["gender_gap"] = new(-1, 1, 0),
        ["stereotype"] = new(0, 1, 0.5),
        ["association"] = new(double.NegativeInfinity, double.PositiveInfinity, 0),
        ["pct_stereotype"] = new(0, 1, 0.5),
        ["likelihood_diff"] = Size,
        ["loglikelihood"] = new(double.NegativeInfinity, 0, HigherIsBetter: true),
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
