using System.Numerics;
using System.Globalization;
using Loragate.EvalHarness.Templates;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Functions;

/// <summary>HellaSwag (Zellers et al. 2019), rows as lm-evaluation-harness reshapes them: WikiHow's artefacts in brackets are removed.</summary>
internal static class HellaSwag
{
    private static readonly PythonRegex Brackets = PythonRegex.Compile(@"\[.*?\]", "hellaswag_docs");

    /// <summary>The row with <c>query</c>, <c>choices</c> and <c>gold</c>.</summary>
    public static DictValue Document(DictValue row)
    {
        var context = Text(row, "ctx_a") + " " + CodePoints.Capitalize(Text(row, "ctx_b"));
        var endings = row["endings"] as ListValue ?? throw Missing("endings");
        var label = BigInteger.TryParse(row["label"]?.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Missing("label");
        return row
            .With("query", new StringValue(Clean(Text(row, "activity_label") + ": " + context)))
            .With("choices", new ListValue([.. endings.Items.Select(static ending => new StringValue(Clean(ending.Text)))]))
            .With("gold", new IntValue(label));
    }

    private static string Clean(string text)
    {
        var cleaned = CodePoints.Strip(text).Replace(" [title]", ". ", StringComparison.Ordinal);
        return Brackets.Substitute(cleaned, "").Replace("  ", " ", StringComparison.Ordinal);
    }

    private static string Text(DictValue row, string key) => row[key] is StringValue text ? text.Content : throw Missing(key);

    private static TaskException Missing(string key) => new("hellaswag_docs", $"a row has no usable '{key}'", "Check the data file.");
}
