using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Functions;

/// <summary>JCommonsenseQA (Kurihara et al. 2022): the five columns of choices as one list, as lm-evaluation-harness reshapes the rows.</summary>
internal static class JCommonsenseQa
{
    /// <summary>The row with <c>goal</c>, <c>choices</c> and <c>gold</c>.</summary>
    public static DictValue Document(DictValue row) => row
        .With("goal", Required(row, "question"))
        .With("choices", new ListValue([.. Enumerable.Range(0, 5).Select(i => Required(row, $"choice{i}"))]))
        .With("gold", Required(row, "label"));

    private static Value Required(DictValue row, string key) =>
        row[key] is { } value and not NoneValue ? value : throw new TaskException("jcommonsenseqa_docs", $"a row has no usable '{key}'", "Check the data file.");
}
