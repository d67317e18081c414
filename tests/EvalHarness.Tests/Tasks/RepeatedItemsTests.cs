using System.Text;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tasks;

public sealed class RepeatedItemsTests : IDisposable
{
    private const string Task = """
        task: t
        dataset_path: json
        dataset_kwargs: {data_files: {test: rows.jsonl}}
        test_split: test
        output_type: multiple_choice
        doc_to_text: "{{q}}"
        doc_to_target: "{{gold}}"
        doc_to_choice: ["yes", "no"]
        """;

    private readonly TempFolder _temp = new();

    [Fact]
    public void A_row_that_asks_what_an_earlier_one_asks_is_repeated_whatever_columns_nobody_reads_say() => Assert.Equal(
        [2, 4],
        Repeated([], """{"q":"a","gold":0,"id":1}""", """{"q":"b","gold":0,"id":2}""", """{"q":"a","gold":0,"id":3}""", """{"q":"a","gold":1,"id":4}""", """{"id":5,"gold":1,"q":"a"}"""));

    [Fact]
    public void A_carried_column_makes_a_row_another_one() =>
        Assert.Empty(Repeated(["group"], """{"q":"a","gold":0,"group":"x"}""", """{"q":"a","gold":0,"group":"y"}"""));

    public void Dispose() => _temp.Dispose();

    private IReadOnlyList<int> Repeated(IReadOnlyList<string> fields, params IEnumerable<string> rows)
    {
        _temp.Write("rows.jsonl", Encoding.UTF8.GetBytes(string.Join('\n', rows)));
        var task = EvaluationTask.Load(_temp.Write("task.yaml", Encoding.UTF8.GetBytes(Task)));
        return RepeatedItems.Find(task, task.Read(_temp.Path, null), fields);
    }
}
