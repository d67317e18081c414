using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Contamination;

/// <summary>
/// What a row asks, as words. Of its columns those count that the model is shown, word for word: a column that it never sees may be in every training set, and hides a
/// question that is too short to be looked for. What a prompt shows beside them counts as well, because a column may be shown in part only, or written another way.
/// </summary>
/// <param name="Id">The row in the data file.</param>
/// <param name="Shown">The columns' texts that are shown as they are.</param>
/// <param name="Between">The runs of words of prompts, choices and right answers that no such text covers.</param>
/// <param name="Whole">The prompts, choices and right answers as they are.</param>
internal sealed record AskedRow(int Id, IReadOnlyList<IReadOnlyList<string>> Shown, IReadOnlyList<IReadOnlyList<string>> Between, IReadOnlyList<IReadOnlyList<string>> Whole)
{
    /// <summary>A row without its examples.</summary>
    public static AskedRow Of(EvaluationTask task, TaskData data, TaskDocument document)
    {
        var whole = Asked(task, data, document);
        var (shown, covered) = FoundTexts.In(whole, [.. TrainingDigests.TextsOf(document.Row).Distinct(StringComparer.Ordinal).Select(WordWindows.Words).Where(static words => words.Count > 0)]);
        return new AskedRow(document.Id, shown, [.. whole.Zip(covered).SelectMany(static pair => Uncovered(pair.First, pair.Second))], whole);
    }

    /// <summary>The prompts, choices and right answers of a row as they are, without its examples.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Asked(EvaluationTask task, TaskData data, TaskDocument document)
    {
        var item = task.Prepare(data, document with { Examples = [] });
        IEnumerable<string> texts =
        [
            .. item.Continuations.Select(static request => request.Context),
            .. item.Continuations.Select(static request => request.Continuation),
            .. new[] { item.Rolling, item.Generation?.Context }.OfType<string>(),
            .. item.References,
        ];
        return [.. texts.Distinct(StringComparer.Ordinal).Select(WordWindows.Words)];
    }

    private static IEnumerable<IReadOnlyList<string>> Uncovered(IReadOnlyList<string> words, bool[] isCovered)
    {
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
}
