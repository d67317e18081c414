using System.Text;
using Loragate.EvalHarness.Tasks.Metrics;
using Loragate.EvalHarness.Tasks.Prompts;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Kinds;

/// <summary>
/// <c>loglikelihood_rolling</c>: the whole text. A document's scores are its log-likelihood, its words (pieces between white space, as
/// Python's <c>re.split(r"\s+", text)</c> counts) and its UTF-8 bytes; the metrics divide the sums.
/// </summary>
internal sealed class RollingLogLikelihood(TaskPrompt prompt) : TaskKind
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics => ["word_perplexity", "byte_perplexity", "bits_per_byte"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> DefaultMetrics => Metrics;

    /// <inheritdoc/>
    public override TaskItem Prepare(TaskData data, TaskDocument document, PromptStyle style)
    {
        var target = prompt.TargetText(data, document);
        return new TaskItem(document) { Target = target, Rolling = target };
    }

    /// <summary>The log-likelihood alone: how long a text is says nothing of a model.</summary>
    public override IReadOnlyList<string> ScoreNames(IReadOnlyList<MetricPlan> metrics) => [MetricPlan.LogLikelihood];

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Score(TaskItem item, IReadOnlyList<Response> responses, IReadOnlyList<MetricPlan> metrics)
    {
        Expect(responses, 1);
        return new Dictionary<string, double>
        {
            [MetricPlan.LogLikelihood] = responses[0].LogLikelihood,
            [MetricPlan.Words] = CodePoints.CountWords(item.Rolling!),
            [MetricPlan.Bytes] = Encoding.UTF8.GetByteCount(item.Rolling!),
        };
    }
}
