using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Contamination;

/// <summary>Holds evaluation rows against a training set: who has seen the questions has not shown that he knows the answers.</summary>
public static class ContaminationScreen
{
    /// <summary>The rows of a task that overlap with the training set.</summary>
    public static ScreenedTask Screen(EvaluationTask task, TaskData data, TrainingDigests training)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(training);
        return new ScreenedTask(task.Name, task.TaskDigest, data.Digest, data.Documents.Count, [.. data.Documents.Select(document => Overlap(document, training)).OfType<OverlappingRow>()]);
    }

    private static OverlappingRow? Overlap(TaskDocument document, TrainingDigests training)
    {
        var (all, known) = (new HashSet<ulong>(), new HashSet<ulong>());
        foreach (var (windows, asWhole) in TrainingDigests.TextsOf(document.Row).Select(WordWindows.OfEvaluation))
        {
            all.UnionWith(windows);
            if (!asWhole || windows.All(training.Contains))
                known.UnionWith(windows.Where(training.Contains));
        }
        return known.Count == 0 ? null : new OverlappingRow(document.Id, (double)known.Count / all.Count);
    }
}
