using Loragate.EvalHarness.Tasks.Metrics;
using Loragate.EvalHarness.Tasks.Prompts;

namespace Loragate.EvalHarness.Tasks.Kinds;

/// <summary><c>loglikelihood</c>: the target after the prompt, without a delimiter; a document scores ll, of all of which perplexity is made, and acc, whether the target is the greedy continuation.</summary>
internal sealed class LogLikelihood(TaskPrompt prompt) : TaskKind
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics => ["perplexity", "acc"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> DefaultMetrics => Metrics;

    /// <inheritdoc/>
    public override TaskItem Prepare(TaskData data, TaskDocument document, PromptStyle style)
    {
        var target = prompt.TargetText(data, document);
        return new TaskItem(document) { Target = target, Continuations = [new ContinuationRequest(prompt.Context(data, document, style), target)] };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ScoreNames(IReadOnlyList<MetricPlan> metrics) => [.. metrics.Select(static metric => metric.ScoreName)];

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Score(TaskItem item, IReadOnlyList<Response> responses, IReadOnlyList<MetricPlan> metrics)
    {
        Expect(responses, 1);
        return metrics.ToDictionary(static metric => metric.ScoreName, metric => metric.Name == "acc" ? (responses[0].IsGreedy ? 1 : 0) : responses[0].LogLikelihood);
    }
}
