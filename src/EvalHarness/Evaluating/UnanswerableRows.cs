using Loragate.Artifacts.Records.Evaluating;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>Tells which rows have no right answer, whoever gave the answers and whenever.</summary>
public static class UnanswerableRows
{
    /// <summary>How many there are and where the first is; null where there are none.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="report">What came of it.</param>
    public static string? InWords(EvaluationQuestion question, EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(report);
        if (report.Unanswerable is not { } rows)
            return null;
        var what = question.Task.OutputType == "generate_until" ? "there is no right answer" : "the right answer is none of the choices";
        return $"{question.Task.Name}: {what} in {(rows.Count == 1 ? "one row" : $"{rows.Count} rows")}, so every answer to {(rows.Count == 1 ? "it" : "them")} counts as wrong; the first is {question.Data.Documents.First(document => document.Id == rows[0]).Place}.";
    }
}
