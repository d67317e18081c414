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
        var asked = data.Documents.Select(document => AskedRow.Of(task, data, document));
        var written = WrittenInEveryRow(asked);
        var rows = asked.Select(row => Look(row, written, training)).ToList();
        return new ScreenedTask(task.Name, task.TaskDigest, data.Digest, rows.Count, rows.Count(row => row.Windows == 0), [.. rows.Where(row => row.Known > 0).Select(row => new OverlappingRow(row.Id, (double)row.Known / row.Windows))]);
    }

    /// <summary>The windows that the prompts of all rows have: what the task writes around each of them. That is in many a training set and says nothing of a row; of one row alone nobody can tell.</summary>
    private static HashSet<ulong> WrittenInEveryRow(IEnumerable<AskedRow> rows)
    {
        HashSet<ulong>? common = null;
        var count = 0;
        foreach (var row in rows.TakeWhile(_ => common is not { Count: 0 }))
        {
            var windows = row.Between.Concat(row.Whole).SelectMany(static words => WordWindows.OfEvaluation(words).Windows);
            if (common is null)
                common = [.. windows];
            else
                common.IntersectWith(windows);
            count++;
        }
        return count > 1 ? common! : [];
    }

    /// <summary>
    /// How many windows a row has, and how many of them the training set has as well. A prompt as a whole counts where it is found and says nothing where it is not:
    /// what the task writes around a question need not be in the training, and must not make a question long enough to be looked for.
    /// </summary>
    private static (int Id, int Windows, int Known) Look(AskedRow row, HashSet<ulong> written, TrainingDigests training)
    {
        var (all, known) = (new HashSet<ulong>(), new HashSet<ulong>());
        foreach (var words in row.Shown)
            Add(WordWindows.OfEvaluation(words), countsUnknown: true);
        foreach (var words in row.Between)
            Add(Own(words), countsUnknown: true);
        foreach (var words in row.Whole)
            Add(Own(words), countsUnknown: false);
        return (row.Id, all.Count, known.Count);

        (IReadOnlyList<ulong> Windows, bool AsWhole) Own(IReadOnlyList<string> words) =>
            WordWindows.OfEvaluation(words) is var (windows, asWhole) ? ([.. windows.Where(window => !written.Contains(window))], asWhole) : default;

        void Add((IReadOnlyList<ulong> Windows, bool AsWhole) text, bool countsUnknown)
        {
            List<ulong> found = !text.AsWhole || text.Windows.All(training.Contains) ? [.. text.Windows.Where(training.Contains)] : [];
            all.UnionWith(countsUnknown ? text.Windows : found);
            known.UnionWith(found);
        }
    }
}
