using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Evaluating;

namespace Loragate.EvalHarness.Exchange;

/// <summary>A task of an export.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Report">What was answered.</param>
/// <param name="Hash">The harness's digest of the task's documents, prompts and targets.</param>
internal sealed record ExportedTask(EvaluationQuestion Question, EvaluationReport Report, string Hash)
{
    /// <summary>The task's name.</summary>
    public string Name => Report.Task.Name;
}
