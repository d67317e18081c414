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
        var rows = data.Documents.Select(document => Look(Asked(task.Prepare(data, document with { Examples = [] })), document, training)).ToList();
        return new ScreenedTask(task.Name, task.TaskDigest, data.Digest, rows.Count, rows.Count(row => row.Windows == 0), [.. rows.Where(row => row.Known > 0).Select(row => new OverlappingRow(row.Id, (double)row.Known / row.Windows))]);
    }

    /// <summary>What a model is asked and what is right, without the examples.</summary>
    private static IReadOnlyList<string> Asked(TaskItem item) =>
    [
        .. item.Continuations.Select(static request => request.Context).Distinct(),
        .. item.Continuations.Select(static request => request.Continuation),
        .. new[] { item.Rolling, item.Generation?.Context }.OfType<string>(),
        .. item.References,
    ];

    /// <summary>
    /// How many windows a row has, and how many of them the training set has as well. Of its columns those count that the model is shown: a column that it never
    /// sees may be in every training set, and hides a question that is too short to be looked for. Looked for are the columns' own texts, because what a prompt
    /// writes around them is in no training set; and what is asked without showing any of them as it is.
    /// </summary>
    private static (int Id, int Windows, int Known) Look(IReadOnlyList<string> asked, TaskDocument document, TrainingDigests training)
    {
        var (all, known) = (new HashSet<ulong>(), new HashSet<ulong>());
        var shown = asked.Select(WordWindows.Spoken).ToList();
        var own = TrainingDigests.TextsOf(document.Row).Select(text => (Text: text, Words: WordWindows.Spoken(text))).Where(text => shown.Exists(words => words.Contains(text.Words, StringComparison.Ordinal))).ToList();
        var remade = asked.Where((_, i) => !own.Exists(text => shown[i].Contains(text.Words, StringComparison.Ordinal)));
        foreach (var (windows, asWhole) in own.Select(text => text.Text).Concat(remade).Select(WordWindows.OfEvaluation))
        {
            all.UnionWith(windows);
            if (!asWhole || windows.All(training.Contains))
                known.UnionWith(windows.Where(training.Contains));
        }
        return (document.Id, all.Count, known.Count);
    }
}
