using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks.Yaml;

namespace Loragate.EvalHarness.Tasks.Metrics;

/// <summary>A metric that a task asks for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Aggregation">How the documents' scores become one.</param>
/// <param name="Match">The options of exact_match, for tasks that generate.</param>
internal sealed record MetricPlan(string Name, string Aggregation, ExactMatch? Match)
{
    /// <summary>The score that holds a document's log-likelihood where the metric divides by words or bytes.</summary>
    public const string LogLikelihood = "loglikelihood";

    /// <summary>The score that holds a document's words.</summary>
    public const string Words = "words";

    /// <summary>The score that holds a document's UTF-8 bytes.</summary>
    public const string Bytes = "bytes";

    /// <summary>Reads one entry of <c>metric_list</c>.</summary>
    public static MetricPlan Parse(TaskKeys keys, IReadOnlyList<string> known, bool generates)
    {
        var name = keys.RequiredText("metric");
        if (!known.Contains(name))
            throw keys.Fault("metric", $"the metric '{name}' is not supported for this kind of task");
        var aggregation = keys.Text("aggregation") ?? Default(name);
        if (aggregation != Default(name))
            throw keys.Fault("aggregation", $"the aggregation '{aggregation}' of '{name}' is not supported ('{Default(name)}' is)");
        keys.Ignore("higher_is_better");
        var match = generates && name == "exact_match" ? ExactMatch.Parse(keys) : null;
        keys.Done();
        return new MetricPlan(name, aggregation, match);
    }

    /// <summary>A metric without options of its own.</summary>
    public static MetricPlan Named(string name) => new(name, Default(name), null);

    /// <summary>The aggregate over all documents.</summary>
    public Metric Aggregate(IReadOnlyList<IReadOnlyDictionary<string, double>> scores) => (Aggregation, Name) switch
    {
        ("perplexity", _) => Metrics.Aggregation.Perplexity(Name, All(scores, Name)),
        ("weighted_perplexity", "word_perplexity") => Metrics.Aggregation.WeightedPerplexity(Name, All(scores, LogLikelihood), All(scores, Words)),
        ("weighted_perplexity", _) => Metrics.Aggregation.WeightedPerplexity(Name, All(scores, LogLikelihood), All(scores, Bytes)),
        ("bits_per_byte", _) => Metrics.Aggregation.BitsPerByte(Name, All(scores, LogLikelihood), All(scores, Bytes)),
        _ => Metrics.Aggregation.Mean(Name, All(scores, Name), withError: Name != "brier_score"),
    };

    private static List<double> All(IReadOnlyList<IReadOnlyDictionary<string, double>> scores, string name) =>
        [.. scores.Select(score => score.TryGetValue(name, out var value) ? value : throw new ArgumentException($"A document has no score '{name}'.", nameof(scores)))];

    private static string Default(string name) => name switch
    {
        "perplexity" => "perplexity",
        "word_perplexity" or "byte_perplexity" => "weighted_perplexity",
        "bits_per_byte" => "bits_per_byte",
        "brier_score" => "brier_score",
        _ => "mean",
    };
}
