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
        var rows = data.Documents.Select(document => Look(document, training)).ToList();
        return new ScreenedTask(task.Name, task.TaskDigest, data.Digest, rows.Count, rows.Count(row => row.Windows == 0), [.. rows.Where(row => row.Known > 0).Select(row => new OverlappingRow(row.Id, (double)row.Known / row.Windows))]);
    }

    /// <summary>How many windows a row has, and how many of them the training set has as well.</summary>
    private static (int Id, int Windows, int Known) Look(TaskDocument document, TrainingDigests training)
    {
        var (all, known) = (new HashSet<ulong>(), new HashSet<ulong>());
        foreach (var (windows, asWhole) in TrainingDigests.TextsOf(document.Row).Select(WordWindows.OfEvaluation))
        {
            all.UnionWith(windows);
            if (!asWhole || windows.All(training.Contains))
                known.UnionWith(windows.Where(training.Contains));
        }
        return (document.Id, all.Count, known.Count);
    }
}
