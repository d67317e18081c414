using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Contamination;

/// <summary>Holds evaluation rows against a training set: who has seen the questions has not shown that he knows the answers.</summary>
public static class ContaminationScreen
{
    /// <summary>The rows of a task that overlap with the training set.</summary>
    /// <exception cref="OperationCanceledException">It was called off.</exception>
    public static ScreenedTask Screen(EvaluationTask task, TaskData data, TrainingDigests training, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(training);
        var written = TaskWords.Of(data.Documents.Select(document => Checked(() => AskedRow.Asked(task, data, document))));
        var rows = data.Documents.Select(document => Look(Checked(() => AskedRow.Of(task, data, document)), written, training)).ToList();
        return new ScreenedTask(task.Name, task.TaskDigest, data.Digest, rows.Count, rows.Count(row => row.Windows == 0), [.. rows.Where(row => row.Known > 0).Select(row => new OverlappingRow(row.Id, (double)row.Known / row.Windows))]);

        T Checked<T>(Func<T> work)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return work();
        }
    }

    /// <summary>
    /// How many windows a row has, and how many of them the training set has as well. What the task writes around a question may be in every training set: a long text's window
    /// needs as many words beside it as a short text has at least. A prompt as a whole counts where it is found and says nothing where it is not: what the task writes must not make
    /// a question long enough to be looked for.
    /// </summary>
    private static (int Id, int Windows, int Known) Look(AskedRow row, TaskWords written, TrainingDigests training)
    {
        var (all, known) = (new HashSet<ulong>(), new HashSet<ulong>());
        foreach (var words in row.Shown)
            Add(words, leastOwn: 1, isWhole: false);
        foreach (var words in row.Between)
            Add(words, WordWindows.ShortLength, isWhole: false);
        foreach (var words in row.Whole)
            Add(words, leastOwn: 1, isWhole: true);
        return (row.Id, all.Count, known.Count);

        void Add(IReadOnlyList<string> words, int leastOwn, bool isWhole)
        {
            var (windows, asWhole) = WordWindows.OfEvaluation(words);
            var before = written.OwnBefore(words);
            if (windows.Count == 0 || before[^1] < leastOwn)
                return;
            var length = asWhole ? WordWindows.ShortLength : WordWindows.Length;
            int[] own = [.. windows.Select((_, start) => before[start + length] - before[start])];
            var least = asWhole ? 1 : isWhole ? Math.Min(WordWindows.ShortLength, own.Max()) : WordWindows.ShortLength;
            List<ulong> counted = [.. windows.Where((_, start) => own[start] >= least)];
            List<ulong> found = !asWhole || windows.All(training.Contains) ? [.. counted.Where(training.Contains)] : [];
            all.UnionWith(isWhole ? found : counted);
            known.UnionWith(found);
        }
    }
}
