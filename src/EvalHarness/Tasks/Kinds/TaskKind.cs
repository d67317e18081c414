using Loragate.EvalHarness.Tasks.Prompts;

namespace Loragate.EvalHarness.Tasks.Kinds;

/// <summary>What a task asks of a model and how it scores the answer: one of lm-evaluation-harness's output types.</summary>
internal abstract class TaskKind
{
    /// <summary>The names of the metrics that it can compute.</summary>
    public abstract IReadOnlyList<string> Metrics { get; }

    /// <summary>The metrics of a task that lists none.</summary>
    public abstract IReadOnlyList<string> DefaultMetrics { get; }

    /// <summary>Makes a document ready.</summary>
    public abstract TaskItem Prepare(TaskData data, TaskDocument document, PromptStyle style);

    /// <summary>The scores of a document.</summary>
    public abstract IReadOnlyDictionary<string, double> Score(TaskItem item, IReadOnlyList<Response> responses, IReadOnlyList<Metrics.MetricPlan> metrics);

    /// <summary>The names of a document's scores that say something of a model.</summary>
    public virtual IReadOnlyList<string> ScoreNames(IReadOnlyList<Metrics.MetricPlan> metrics) => [.. metrics.Select(static metric => metric.Name)];

    /// <summary>Checks that there is an answer to every request.</summary>
    protected static void Expect(IReadOnlyList<Response> responses, int count)
    {
        if (responses.Count != count)
            throw new ArgumentException($"{count} responses are expected, not {responses.Count}.", nameof(responses));
    }
}
