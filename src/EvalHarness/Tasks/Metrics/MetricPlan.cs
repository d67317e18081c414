using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks.Filters;
using Loragate.EvalHarness.Tasks.Functions;
using Loragate.EvalHarness.Tasks.Yaml;

namespace Loragate.EvalHarness.Tasks.Metrics;

/// <summary>A metric that a task asks for.</summary>
/// <param name="Metric">The harness's name of it.</param>
/// <param name="Aggregation">How the documents' scores become one.</param>
/// <param name="Match">How texts are compared, for tasks that generate.</param>
internal sealed record MetricPlan(string Metric, string Aggregation, TextMetric? Match)
{
    /// <summary>The score that holds a document's log-likelihood, of which perplexities are made.</summary>
    public const string LogLikelihood = "loglikelihood";

    /// <summary>The score that holds a document's words.</summary>
    public const string Words = "words";

    /// <summary>The score that holds a document's UTF-8 bytes.</summary>
    public const string Bytes = "bytes";

    /// <summary>The score that holds the index of the right choice where the metric counts over all documents.</summary>
    public const string Gold = "gold";

    /// <summary>The score that holds the index of the model's choice.</summary>
    public const string Predicted = "predicted";

    private const string Perplexity = "perplexity";
    private const string WeightedPerplexity = "weighted_perplexity";
    private const string BitsPerByte = "bits_per_byte";
    private const string BrierScore = "brier_score";
    private const string F1 = "f1";
    private const string Matthews = "matthews_corrcoef";

    /// <summary>The filter chain that the text goes through first.</summary>
    public string Chain { get; private init; } = FilterChain.None;

    /// <summary>The score's name: the metric's; with the chain's ("exact_match,strict") where the task has several.</summary>
    public string Name { get; private init; } = Metric;

    /// <summary>Whether the task says that more of the metric is better; null where it says nothing.</summary>
    public bool? HigherIsBetter { get; private init; }

    /// <summary>Whether more of the metric is better: as the task says, else as the metric is by itself; null where nobody says.</summary>
    public bool? MoreIsBetter => HigherIsBetter ?? Aggregation switch
    {
        F1 or Matthews => true,
        _ when IsLoss(Aggregation) => false,
        _ => MetricRange.Of(Metric)?.HigherIsBetter,
    };

    /// <summary>The document's score that the metric is: its own name, but for the perplexity, which no document has.</summary>
    public string ScoreName => Metric == Perplexity ? LogLikelihood : Name;

    /// <summary>The harness's name of the aggregate: "acc,none".</summary>
    public string HarnessName => $"{Metric},{Chain}";

    /// <summary>The harness's name of the aggregate's standard error: "acc_stderr,none".</summary>
    public string HarnessErrorName => $"{Metric}_stderr,{Chain}";

    /// <summary>Reads one entry of <c>metric_list</c>.</summary>
    /// <param name="keys">The entry.</param>
    /// <param name="known">The metrics that the task can compute, each with the name of its aggregation.</param>
    /// <param name="generates">Whether the task compares generated texts.</param>
    public static MetricPlan Parse(TaskKeys keys, IReadOnlyDictionary<string, string> known, bool generates)
    {
        var name = keys.RequiredText("metric");
        if (!known.TryGetValue(name, out var expected))
            throw keys.Fault("metric", $"the metric '{name}' is not supported for this kind of task");
        var aggregation = keys.Node("aggregation") is YamlFunction function ? function.Name : keys.Text("aggregation") ?? expected;
        if (aggregation != expected)
            throw keys.Fault("aggregation", $"the aggregation '{aggregation}' of '{name}' is not supported ('{expected}' is)");
        bool? higherIsBetter = keys.Node("higher_is_better") is null ? null : keys.Flag("higher_is_better", absent: true);
        if (higherIsBetter == true && IsLoss(aggregation))
            throw keys.Fault("higher_is_better", $"less of '{name}' is better, whatever the task: a worse model must not pass as a better one");
        var match = generates ? TextMetric.Parse(name, keys) : null;
        keys.Done();
        return new MetricPlan(name, aggregation, match) { HigherIsBetter = higherIsBetter };
    }

    /// <summary>The metric on one of a task's filter chains.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="isOnly">Whether the task has no other.</param>
    public MetricPlan On(FilterChain chain, bool isOnly) => this with { Chain = chain.Name, Name = isOnly ? Metric : $"{Metric},{chain.Name}" };

    /// <summary>Whether the metric is of such documents: F1 is of two choices, one of them right, whatever a model answers.</summary>
    public bool CanCount(TaskItem item) => Aggregation != F1 || item is { Choices.Count: <= 2, Golds: [0 or 1, ..] };

    /// <summary>Whether the task says, of this metric, that more of a document's score is better. Null where it says nothing; of a log-likelihood no task has a say.</summary>
    public bool? SaysMoreIsBetter(string score) => score == Name && score != LogLikelihood ? HigherIsBetter : null;

    /// <summary>The aggregation of a metric that the harness itself knows.</summary>
    public static string AggregationOf(string metric) => metric switch
    {
        Perplexity => Perplexity,
        "word_perplexity" or "byte_perplexity" => WeightedPerplexity,
        BitsPerByte => BitsPerByte,
        BrierScore => BrierScore,
        F1 => F1,
        "mcc" => Matthews,
        _ => ResultFunction.Mean,
    };

    /// <summary>
    /// The aggregate over all documents; null where none of them has to do with the metric, or it is more than a number can hold: exp of the nats a word of a text
    /// without spaces.
    /// </summary>
    public Metric? Aggregate(IReadOnlyList<IReadOnlyDictionary<string, double>> scores) =>
        Compute(scores) is { } metric && double.IsFinite(metric.Value) ? metric : null;

    private Metric? Compute(IReadOnlyList<IReadOnlyDictionary<string, double>> scores)
    {
        if (TaskFunctions.Aggregation(Aggregation) is { } function)
            return function(Metric, scores) is { } value ? new Metric(Name, value, null, scores.Count) : null;
        return (Aggregation, Metric) switch
        {
            (Perplexity, _) => Metrics.Aggregation.Perplexity(Name, All(scores, ScoreName)),
            (WeightedPerplexity, "word_perplexity") => Metrics.Aggregation.WeightedPerplexity(Name, All(scores, LogLikelihood), All(scores, Words)),
            (WeightedPerplexity, _) => Metrics.Aggregation.WeightedPerplexity(Name, All(scores, LogLikelihood), All(scores, Bytes)),
            (BitsPerByte, _) => Metrics.Aggregation.BitsPerByte(Name, All(scores, LogLikelihood), All(scores, Bytes)),
            (F1, _) => Metrics.Aggregation.F1(Name, All(scores, Gold), All(scores, Predicted)),
            (Matthews, _) => Metrics.Aggregation.Matthews(Name, All(scores, Gold), All(scores, Predicted)),
            _ => Metrics.Aggregation.Mean(Name, All(scores, Name), withError: Metric != BrierScore),
        };
    }

    /// <summary>Whether less is better, whatever a task says.</summary>
    private static bool IsLoss(string aggregation) => aggregation is Perplexity or WeightedPerplexity or BitsPerByte or BrierScore;

    private static List<double> All(IReadOnlyList<IReadOnlyDictionary<string, double>> scores, string name) =>
        [.. scores.Select(score => score.TryGetValue(name, out var value) ? value : throw new ArgumentException($"A document has no score '{name}'.", nameof(scores)))];
}
