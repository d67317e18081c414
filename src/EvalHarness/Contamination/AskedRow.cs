using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Contamination;

/// <summary>
/// What a row asks, as words. Of its columns those count that the model is shown, word for word: a column that it never sees may be in every training set, and hides a
/// question that is too short to be looked for. What a prompt shows beside them counts as well, because a column may be shown in part only, or written another way.
/// </summary>
/// <param name="Id">The row in the data file.</param>
/// <param name="Shown">The columns' texts that are shown as they are.</param>
/// <param name="Between">The runs of words of prompts, choices and right answers that no such text covers.</param>
/// <param name="Whole">The prompts, choices and right answers as they are, that are none of these.</param>
internal sealed record AskedRow(int Id, IReadOnlyList<IReadOnlyList<string>> Shown, IReadOnlyList<IReadOnlyList<string>> Between, IReadOnlyList<IReadOnlyList<string>> Whole)
{
    /// <summary>A row without its examples.</summary>
    public static AskedRow Of(EvaluationTask task, TaskData data, TaskDocument document)
    {
        IReadOnlyList<IReadOnlyList<string>> whole = [.. Asked(task.Prepare(data, document with { Examples = [] })).Select(WordWindows.Words)];
        var spoken = whole.Select(WordWindows.Spoken).ToList();
        IReadOnlyList<IReadOnlyList<string>> shown =
        [
            .. TrainingDigests.TextsOf(document.Row).Distinct(StringComparer.Ordinal).Select(WordWindows.Words)
                .Where(words => words.Count > 0 && WordWindows.Spoken(words) is var text && spoken.Exists(asked => asked.Contains(text, StringComparison.Ordinal))),
        ];
        IReadOnlyList<IReadOnlyList<string>> between = [.. whole.SelectMany(words => Uncovered(words, shown))];
        return new AskedRow(document.Id, shown, between, [.. whole.Where(words => !shown.Concat(between).Any(text => text.Count == words.Count && IsAt(words, 0, text)))]);
    }

    private static IEnumerable<string> Asked(TaskItem item) =>
    [
        .. item.Continuations.Select(static request => request.Context).Distinct(),
        .. item.Continuations.Select(static request => request.Continuation),
        .. new[] { item.Rolling, item.Generation?.Context }.OfType<string>(),
        .. item.References,
    ];

    private static IEnumerable<IReadOnlyList<string>> Uncovered(IReadOnlyList<string> words, IReadOnlyList<IReadOnlyList<string>> texts)
    {
        var isCovered = new bool[words.Count];
        foreach (var text in texts)
        {
            for (var start = 0; start + text.Count <= words.Count; start++)
            {
                if (IsAt(words, start, text))
                    isCovered.AsSpan(start, text.Count).Fill(true);
            }
        }
        for (var start = 0; start < words.Count; start++)
        {
            var end = start;
            while (end < words.Count && !isCovered[end])
                end++;
            if (end > start)
                yield return [.. words.Take(start..end)];
            start = end;
        }
    }

    private static bool IsAt(IReadOnlyList<string> words, int start, IReadOnlyList<string> text)
    {
        var length = 0;
        while (length < text.Count && words[start + length] == text[length])
            length++;
        return length == text.Count;
    }
}
