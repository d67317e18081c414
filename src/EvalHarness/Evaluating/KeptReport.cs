using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>
/// A report that was kept, held against its question: what follows from its rows and answers must be there as it follows. What cannot be seen in it is believed, where it is about the report's
/// own rows and scores: which rows were cut, which texts and greedy flags are near to turning, and scores by the token, since reports do not hold how many an answer has.
/// </summary>
/// <param name="report">The report.</param>
/// <param name="question">Its question.</param>
/// <param name="noise">How far, in nats, the engine that gave the answers may be off.</param>
internal sealed class KeptReport(EvaluationReport report, EvaluationQuestion question, double noise)
{
    private readonly HashSet<int> _flips = [.. report.CoinFlips];
    private readonly HashSet<int> _truncated = [.. report.Truncated];

    /// <summary>
    /// Whether the report has the question's rows with their carried columns, an answer to each request, the scores, coin flips and unsteady scores that the answers give, the aggregates of
    /// the scores, and the rows that say nothing new or have no right answer.
    /// </summary>
    public bool Holds()
    {
        if (!report.Items.Select(static item => item.Id).SequenceEqual(question.Data.Documents.Select(static document => document.Id)))
            return false;
        try
        {
            // Neither choices nor what is right depend on the examples before a row.
            List<(EvaluatedItem Item, TaskItem Asked)> rows =
                [.. report.Items.Zip(question.Data.Documents, (item, document) => (item, question.Task.Prepare(question.Data, document with { Examples = [] })))];
            return rows.TrueForAll(row => HasAnswers(row.Item, row.Asked) && HasFields(row.Item, row.Asked) && row.Item.Gold == row.Asked.Gold && HasScores(row.Item, row.Asked))
                && report.Metrics.SequenceEqual(Evaluator.Aggregate(question, report.Items))
                && report.CoinFlips.SequenceEqual(rows.Where(row => IsCoinFlip(row.Item, row.Asked)).Select(static row => row.Item.Id))
                && report.Truncated.SequenceEqual(report.Items.Select(static item => item.Id).Where(_truncated.Contains))
                && (AnsweredTask.FindUnanswerable(question.Task, rows.Select(static row => row.Asked)) is { } unanswerable ? report.Unanswerable?.SequenceEqual(unanswerable) == true : report.Unanswerable is null)
                && RepeatedItems.Find(question.Task, question.Data, question.Fields).SequenceEqual(report.Repeated);
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException or TaskException)
        {
            // A score is missing, or is none of this task's.
            return false;
        }
    }

    private static bool HasAnswers(EvaluatedItem item, TaskItem asked) => asked.Generation is null
        ? item.Text is null && item.LogLikelihoods.Count == Math.Max(1, asked.Continuations.Count) && item.Greedy.Count == item.LogLikelihoods.Count
        : item is { Text: not null, LogLikelihoods: [], Greedy: [] };

    private bool HasFields(EvaluatedItem item, TaskItem asked) => question.Fields.Count == 0
        ? item.Fields is null
        : item.Fields?.Count == question.Fields.Count && question.Fields.All(field => item.Fields.GetValueOrDefault(field) == asked.Document.Field(field));

    private bool HasScores(EvaluatedItem item, TaskItem asked)
    {
        var answers = AnswersOf(item);
        var scores = question.Task.Score(asked, answers);
        return scores.Count == item.Scores.Count && scores.Keys.All(item.Scores.ContainsKey)
            && (question.Task.CountsTokens || scores.All(score => item.Scores[score.Key].Equals(score.Value)))
            && HasUnsteady(item, asked, answers);
    }

    private bool HasUnsteady(EvaluatedItem item, TaskItem asked, IReadOnlyList<Response> answers)
    {
        if (item.Unsteady is { Count: 0 })
            return false;
        IReadOnlyList<string> claimed = item.Unsteady ?? [];
        if (asked.Generation is not null)
            return claimed.SequenceEqual(_flips.Contains(item.Id) ? item.Scores.Keys : []);
        var turned = question.Task.CountsTokens ? [] : NoiseMoves.Unsteady(question.Task, asked, answers, item.Scores, noise);
        var believed = question.Task.CountsTokens ? item.Scores.Keys : NoiseMoves.TurnedByGreedyFlags(question.Task, asked, answers);
        return claimed.SequenceEqual(item.Scores.Keys.Where(name => turned.Contains(name) || (believed.Contains(name) && claimed.Contains(name))));
    }

    private bool IsCoinFlip(EvaluatedItem item, TaskItem asked) => asked.Generation is null ? NoiseMoves.IsCoinFlip(asked, AnswersOf(item), noise) : _flips.Contains(item.Id);

    /// <summary>The answers, of one token each where a score is by the token: then nothing but the scores' names is taken from it.</summary>
    private static IReadOnlyList<Response> AnswersOf(EvaluatedItem item) =>
        item.Text is { } text ? [Response.Generated(text)] : [.. item.LogLikelihoods.Zip(item.Greedy, static (ll, greedy) => new Response(ll, greedy, Tokens: 1))];
}
