using System.Text;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tasks;

/// <summary>Rows without a right answer: every answer to them is wrong, and they are told.</summary>
public sealed class UnanswerableTests : IDisposable
{
    private const string Source = """
        task: t
        dataset_path: json
        dataset_kwargs: {data_files: {test: rows.jsonl}}
        test_split: test
        doc_to_text: q

        """;

    private const string Choice = Source + """
        output_type: multiple_choice
        doc_to_target: gold
        doc_to_choice: ["no", "yes"]

        """;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("exact_match")]
    [InlineData("nfkc_exact_match")]
    [InlineData("char_f1")]
    public void A_text_with_nothing_to_be_compared_with_scores_nothing_and_its_row_is_told(string metric)
    {
        var yaml = Source + $"output_type: generate_until\ndoc_to_target: answers\nmetric_list: [{{metric: {metric}}}]\n";
        var task = Load(yaml, """{"q":"a","answers":["x","y"]}""", """{"q":"b","answers":[]}""", out var items);
        Assert.Equal([false, true], items.Select(task.IsUnanswerable));
        Assert.Equal([1, 0], items.Select(item => task.Score(item, [Response.Generated("y")])[metric]));
    }

    [Fact]
    public void An_empty_list_of_labels_is_no_right_answer()
    {
        var task = Load(Choice + "metric_list: [{metric: acc}, {metric: exact_match}, {metric: brier_score}, {metric: mcc}]\n", """{"q":"a","gold":[1]}""", """{"q":"b","gold":[]}""", out var items);
        Assert.Equal([false, true], items.Select(task.IsUnanswerable));
        var scores = items.Select(item => task.Score(item, [new Response(-2, false), new Response(-1, true)])).ToList();
        Assert.Equal([1, 0], scores.Select(score => score["acc"]));
        Assert.Equal([1, 0], scores.Select(score => score["exact_match"]));
        Assert.Equal(-100, scores[1]["gold"]);
        Assert.Contains(task.Aggregate(scores), metric => metric.Name == "mcc");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("2")]
    [InlineData("-100")]
    [InlineData("\"neither\"")]
    public void F1_is_not_of_a_row_without_a_right_choice_which_is_refused_by_its_place(string gold)
    {
        var fault = Assert.Throws<TaskException>(() => Load(Choice + "metric_list: [{metric: acc}, {metric: f1}]\n", """{"q":"a","gold":1}""", $"{{\"q\":\"b\",\"gold\":{gold}}}", out _));
        Assert.EndsWith("rows.jsonl, line 2", fault.Place, StringComparison.Ordinal);
        Assert.Contains("'f1' is of the choices 0 and 1", fault.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void F1_is_not_of_three_choices_whatever_a_model_answers() =>
        Assert.Throws<TaskException>(() => Load(Choice.Replace("\"yes\"", "\"yes\", \"perhaps\"", StringComparison.Ordinal) + "metric_list: [{metric: f1}]\n", """{"q":"a","gold":1}""", """{"q":"b","gold":0}""", out _));

    private EvaluationTask Load(string yaml, string first, string second, out IReadOnlyList<TaskItem> items)
    {
        _temp.Write("rows.jsonl", Encoding.UTF8.GetBytes($"{first}\n{second}\n"));
        var task = EvaluationTask.Load(_temp.Write("task.yaml", Encoding.UTF8.GetBytes(yaml)));
        var data = task.Read(_temp.Path, null);
        items = [.. data.Documents.Select(document => task.Prepare(data, document))];
        return task;
    }
}
