using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Evaluating;

namespace Loragate.Cli.Evaluating;

/// <summary>Tells which rows have no right answer, whoever gave the answers and whenever.</summary>
internal static class UnanswerableRows
{
    /// <summary>Says how many there are and where the first is; nothing where there are none.</summary>
    public static void Tell(Tool tool, EvaluationQuestion question, EvaluationReport report)
    {
        if (report.Unanswerable is { } rows)
            tool.Screen.Say($"{question.Task.Name}: {(question.Task.OutputType == "generate_until" ? "there is no right answer" : "the right answer is none of the choices")} in {rows.Count} rows, so every answer to them counts as wrong; the first is {question.Data.Documents.First(document => document.Id == rows[0]).Place}.");
    }
}
