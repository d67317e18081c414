using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Contamination;
using Loragate.EvalHarness.Evaluating;

namespace Loragate.Cli.Gate;

/// <summary>A training set's digests, read before any work, to hold a gate's tasks against.</summary>
internal sealed class GateContamination(string path)
{
    private readonly TrainingDigests _training = TrainingDigests.Read(path);

    /// <summary>The rows of each task that overlap with the training set.</summary>
    public ContaminationReport Screen(IEnumerable<EvaluationQuestion> questions, CancellationToken cancellationToken) => new(
        _training.File,
        _training.Count,
        [.. questions.Select(question => ContaminationScreen.Screen(question.Task, question.Data, _training, cancellationToken)).OrderBy(task => task.Name, StringComparer.Ordinal)]);
}
