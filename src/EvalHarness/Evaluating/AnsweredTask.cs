using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>A task's answers, whoever gave them, and what follows from them: items with their scores, coin flips, rows that say nothing new, rows without a right answer.</summary>
/// <param name="question">The question.</param>
/// <param name="items">Its documents as they were asked.</param>
/// <param name="answers">The answers of each.</param>
/// <param name="noise">How far, in nats, the engine that gave them may be off.</param>
internal sealed class AnsweredTask(EvaluationQuestion question, IReadOnlyList<TaskItem> items, IReadOnlyList<IReadOnlyList<Response>> answers, double noise)
{
    /// <summary>The documents with their scores, in row order.</summary>
    public IReadOnlyList<EvaluatedItem> Items { get; } = [.. items.Zip(answers, (item, responses) => Item(question, item, responses, noise))];

    /// <summary>Rows of which the engine's noise can turn the likeliest choice.</summary>
    public IReadOnlyList<int> CoinFlips { get; } = [.. items.Zip(answers).Where(pair => NoiseMoves.IsCoinFlip(pair.First, pair.Second, noise)).Select(static pair => pair.First.Document.Id)];

    /// <summary>Rows that ask just what an earlier row asks.</summary>
    public IReadOnlyList<int> Repeated { get; } = RepeatedItems.Find(question.Task, question.Data, question.Fields);

    /// <summary>Rows without a right answer; null where there are none.</summary>
    public IReadOnlyList<int>? Unanswerable { get; } = FindUnanswerable(question.Task, items);

    /// <summary>The ids of documents without a right answer; null where there are none.</summary>
    public static IReadOnlyList<int>? FindUnanswerable(EvaluationTask task, IEnumerable<TaskItem> items) =>
        items.Where(task.IsUnanswerable).Select(static item => item.Document.Id).ToArray() is { Length: > 0 } rows ? rows : null;

    /// <summary>A document's answers with the scores that follow from them.</summary>
    public static EvaluatedItem Item(EvaluationQuestion question, TaskItem item, IReadOnlyList<Response> responses, double noise)
    {
        var text = item.Generation is null ? null : responses[0].Text;
        var scored = new EvaluatedItem(
            item.Document.Id,
            text is null ? [.. responses.Select(r => r.LogLikelihood)] : [],
            text is null ? [.. responses.Select(r => r.IsGreedy)] : [],
            item.Gold,
            new SortedDictionary<string, double>(question.Task.Score(item, responses).ToDictionary(), StringComparer.Ordinal),
            text,
            question.Fields.Count == 0 ? null : new SortedDictionary<string, string>(question.Fields.ToDictionary(f => f, item.Document.Field), StringComparer.Ordinal));
        return NoiseMoves.Unsteady(question.Task, item, responses, scored.Scores, noise) is { Count: > 0 } unsteady ? scored with { Unsteady = unsteady } : scored;
    }
}
