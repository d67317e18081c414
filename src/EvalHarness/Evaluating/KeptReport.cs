using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>
/// A report that was kept, held against its question: what follows from its answers must be there as it follows. How near a greedy flag or a text is to turning, and what was cut, cannot
/// be seen in it: coin flips, unsteady scores and cut rows are believed, and scores by the token, since reports do not hold how many an answer has.
/// </summary>
internal static class KeptReport
{
    /// <summary>Whether a report has the question's rows, with the scores that their answers give, the aggregates of these, and the rows that say nothing new or have no right answer.</summary>
    public static bool Holds(EvaluationReport report, EvaluationQuestion question)
    {
        if (!report.Items.Select(static item => item.Id).SequenceEqual(question.Data.Documents.Select(static document => document.Id)))
            return false;
        try
        {
            // Neither choices nor what is right depend on the examples before a row.
            List<TaskItem> asked = [.. question.Data.Documents.Select(document => question.Task.Prepare(question.Data, document with { Examples = [] }))];
            return report.Metrics.SequenceEqual(Evaluator.Aggregate(question, report.Items))
                && asked.Where(question.Task.IsUnanswerable).Select(static item => item.Document.Id).SequenceEqual(report.Unanswerable ?? [])
                && RepeatedItems.Find(question.Task, question.Data, question.Fields).SequenceEqual(report.Repeated)
                && report.Items.Zip(asked).All(pair => pair.First.Gold == pair.Second.Gold && (question.Task.CountsTokens || IsScored(pair.First, question.Task, pair.Second)));
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException or TaskException)
        {
            // A score is missing, or is none of this task's.
            return false;
        }
    }

    private static bool IsScored(EvaluatedItem item, EvaluationTask task, TaskItem asked)
    {
        IReadOnlyList<Response> answers = item.Text is { } text ? [Response.Generated(text)] : [.. item.LogLikelihoods.Zip(item.Greedy, static (ll, greedy) => new Response(ll, greedy))];
        var scores = task.Score(asked, answers);
        return scores.Count == item.Scores.Count && scores.All(score => item.Scores.TryGetValue(score.Key, out var value) && value.Equals(score.Value));
    }
}
