using System.Text;
using Loragate.EvalHarness.Tasks;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Tasks;

/// <summary>A folder with a task of two choices and its rows.</summary>
internal static class TaskFolder
{
    public const string Base =
        """
        task: t
        dataset_path: json
        dataset_kwargs:
          data_files:
            test: rows.jsonl
        test_split: test
        output_type: multiple_choice
        doc_to_text: "{{q}}"
        doc_to_target: "{{gold}}"
        doc_to_choice: ["a", "b"]

        """;

    public static EvaluationTask Load(this TempFolder folder, string yaml) => EvaluationTask.Load(folder.Write("t.yaml", Encoding.UTF8.GetBytes(yaml)));

    public static void Rows(this TempFolder folder, params string[] rows) => folder.Write("rows.jsonl", Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => row + "\n"))));
}
