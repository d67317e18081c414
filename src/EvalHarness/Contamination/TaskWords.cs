namespace Loragate.EvalHarness.Contamination;

/// <summary>
/// What a task writes around each of its rows: of every five words in a row that the prompts of all rows have, each word. That is in many a training set and says nothing
/// of a row; of one row alone nobody can tell. Prompts count as they are: a column that names a word of the task's cuts its words into other pieces in every row.
/// </summary>
internal sealed class TaskWords
{
    private readonly HashSet<ulong> _windows;

    private TaskWords(HashSet<ulong> windows) => _windows = windows;

    /// <summary>What rows have in common.</summary>
    /// <param name="rows">The texts of each row.</param>
    public static TaskWords Of(IEnumerable<IReadOnlyList<IReadOnlyList<string>>> rows)
    {
        HashSet<ulong>? common = null;
        var count = 0;
        foreach (var row in rows.TakeWhile(_ => common is not { Count: 0 }))
        {
            var windows = row.SelectMany(WordWindows.Short);
            if (common is null)
                common = [.. windows];
            else
                common.IntersectWith(windows);
            count++;
        }
        return new TaskWords(count > 1 ? common! : []);
    }

    /// <summary>How many of a text's words before each place, and before its end, are not the task's.</summary>
    public int[] OwnBefore(IReadOnlyList<string> words)
    {
        var before = new int[words.Count + 1];
        var covered = 0;
        IReadOnlyList<bool> isTasks = _windows.Count == 0 ? [] : [.. WordWindows.Short(words).Select(_windows.Contains)];
        for (var i = 0; i < words.Count; i++)
        {
            covered = i < isTasks.Count && isTasks[i] ? WordWindows.ShortLength : covered - 1;
            before[i + 1] = before[i] + (covered > 0 ? 0 : 1);
        }
        return before;
    }
}
