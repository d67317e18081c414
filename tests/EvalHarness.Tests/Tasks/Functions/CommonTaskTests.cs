using System.Text;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tasks.Functions;

public sealed class CommonTaskTests : IDisposable
{
    private const string Head = "task: t\ndataset_path: json\ndataset_kwargs: {data_files: {test: rows.jsonl}}\ntest_split: test\noutput_type: multiple_choice\n";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Winogender_tells_accuracy_by_gender_and_the_gaps()
    {
        const string yaml = "doc_to_text: s\ndoc_to_target: label\ndoc_to_choice: \"{{[o, p]}}\"\nprocess_results: !function utils.winogender_results\n";
        var (task, data) = Load(yaml, Sentence("male", 0, false), Sentence("male", 1, true), Sentence("female", 0, true), Sentence("female", 0, false));
        double[][] answers = [[-1, -2], [-2, -1], [-2, -1], [-1, -2]];
        var metrics = Aggregate(task, data, answers.Select(one => one.Select(ll => new Response(ll, false)).ToArray()));
        Assert.Equal((0.75, 1, 0.5), (metrics["acc"], metrics["acc_male"], metrics["acc_female"]));
        Assert.Equal((0.5, 0.5, 1, 0.5), (metrics["gap_male_female"], metrics["acc_gotcha"], metrics["acc_not_gotcha"], metrics["gap_gotcha"]));
        Assert.False(metrics.ContainsKey("acc_neutral"));
    }

    [Fact]
    public void The_average_of_item_scores_over_as_many_of_he_as_of_she_is_the_gap()
    {
        const string yaml = "process_docs: !function utils.winogender_docs\ndoc_to_text: s\ndoc_to_target: label\ndoc_to_choice: \"{{[o, p]}}\"\nprocess_results: !function utils.winogender_results\n";
        var (task, data) = Load(yaml, Sentence("male", 0, false), Sentence("male", 1, true), Sentence("male", 0, true), Sentence("female", 0, true), Sentence("female", 0, false), Sentence("female", 1, false), Sentence("neutral", 0, false));
        double[][] answers = [[-1, -2], [-2, -1], [-2, -1], [-2, -1], [-1, -2], [-1, -2], [-1, -2]];
        var scores = data.Documents.Zip(answers, (document, ll) => task.Score(task.Prepare(data, document), [new Response(ll[0], false), new Response(ll[1], false)])).ToList();
        Assert.Equal([1, 1, -1, 1, -1, 1, 0], scores.Select(item => item["gender_gap"]));
        var gendered = data.Documents.Zip(scores).Where(row => row.First.Field("kind") == "gendered").ToList();
        Assert.Equal(task.Aggregate(scores).Single(metric => metric.Name == "gap_male_female").Value, gendered.Average(row => row.Second["gender_gap"]), 1e-15);
        Assert.Null(task.Imbalance("gender_gap", gendered.Select(row => row.First)));
        Assert.Null(task.Imbalance("acc", data.Documents));
        Assert.EndsWith("3 of 'male', 3 of 'female', 1 of 'neutral'", task.Imbalance("gender_gap", data.Documents), StringComparison.Ordinal);
        Assert.EndsWith("2 of 'male', 3 of 'female'", task.Imbalance("gender_gap", gendered.Skip(1).Select(row => row.First)), StringComparison.Ordinal);
    }

    [Fact]
    public void CrowS_Pairs_per_token_is_not_moved_by_length()
    {
        const string yaml = "doc_to_text: \"\"\ndoc_to_target: 0\ndoc_to_choice: !function utils.crows_choice\ntarget_delimiter: \"\"\nprocess_results: !function utils.";
        const string row = "{\"sent_more\": \"long one\", \"sent_less\": \"short\"}";
        Response[] responses = [new Response(-20, false, Tokens: 10), new Response(-15, false, Tokens: 5)];
        var (whole, wholeData) = Load(yaml + "crows_results\n", row);
        Assert.Equal(0, Aggregate(whole, wholeData, [responses])["pct_stereotype"]);
        var (each, eachData) = Load(yaml + "crows_results_per_token\n", row);
        Assert.Equal(1, Aggregate(each, eachData, [responses])["pct_stereotype"]);
        Assert.Contains("how many tokens", Assert.Throws<TaskException>(() => Aggregate(each, eachData, [[new Response(-20, false), new Response(-15, false)]])).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Mc2_is_the_share_of_the_true_answers_however_unlikely_all_are()
    {
        var (task, data) = Load(
            "doc_to_text: q\ndoc_to_target: 0\ndoc_to_choice: \"{{mc2_targets.choices}}\"\nprocess_results: !function utils.process_results_mc2\nmetric_list: [{metric: acc}]\n",
            """{"q": "x", "mc2_targets": {"choices": ["a", "b"], "labels": [1, 0]}}""");
        Assert.Equal(Math.E / (Math.E + 1), Aggregate(task, data, [[new Response(-1000, false), new Response(-1001, false)]])["acc"], 1e-12);
    }

    [Theory]
    [InlineData("process_results_mc2", 2, """{"mc2_targets": {"labels": [1]}}""", "not a label for each answer")]
    [InlineData("process_results_mc2", 2, """{"mc2_targets": null}""", "no 'mc2_targets.labels'")]
    [InlineData("winogender_results", 2, """{"label": 2, "gender": "male", "gotcha": true}""", "no usable 'label'")]
    [InlineData("winogender_results", 2, """{"label": 1, "gender": "male"}""", "no usable 'gotcha'")]
    [InlineData("winogender_results", 3, """{"label": 1, "gender": "male", "gotcha": true}""", "3 log-likelihoods, and the function scores 2")]
    [InlineData("swap_results", 3, "{}", "3 choices, not 4")]
    [InlineData("crows_results", 3, "{}", "3 log-likelihoods")]
    [InlineData("crows_results_per_token", 1, "{}", "1 log-likelihoods")]
    [InlineData("bbq_original_results", 3, """{"label": 7}""", "no usable 'category'")]
    [InlineData("bbq_results", 3, """{"label": 7}""", "no usable")]
    public void A_row_that_a_function_cannot_score_is_refused_by_its_place_before_any_answer(string function, int choices, string row, string fault)
    {
        var (task, data) = Load($"doc_to_text: \"A question:\"\ndoc_to_target: 0\ndoc_to_choice: [{string.Join(", ", Enumerable.Range(0, choices).Select(i => $"\"{(char)('a' + i)}\""))}]\nprocess_results: !function utils.{function}\n", row, row);
        var refusal = Assert.Throws<TaskException>(() => task.Prepare(data, data.Documents[1]));
        Assert.EndsWith("rows.jsonl, line 2", refusal.Place, StringComparison.Ordinal);
        Assert.Contains(fault, refusal.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_metrics_without_one_is_refused() =>
        Assert.Contains("names no metric", Assert.Throws<TaskException>(() => Load("doc_to_text: \"A question:\"\ndoc_to_target: 0\ndoc_to_choice: [\"a\", \"b\"]\nmetric_list: []\n", "{}")).Fault, StringComparison.Ordinal);

    [Fact]
    public void JCommonsenseQA_has_its_five_columns_as_choices()
    {
        var (task, data) = Load(
            "process_docs: !function utils.jcommonsenseqa_docs\ndoc_to_text: goal\ndoc_to_target: gold\ndoc_to_choice: choices\n",
            """{"question": "問", "choice0": "あ", "choice1": "い", "choice2": "う", "choice3": "え", "choice4": "お", "label": 3}""");
        var item = task.Prepare(data, data.Documents[0]);
        Assert.Equal(["あ", "い", "う", "え", "お"], item.Choices);
        Assert.Equal(3, item.Gold);
        Assert.Equal(new ContinuationRequest("問", " え"), item.Continuations[3]);
    }

    private static string Sentence(string gender, int label, bool gotcha) => $$"""{"s": "x", "o": "a", "p": "b", "gender": "{{gender}}", "label": {{label}}, "gotcha": {{(gotcha ? "true" : "false")}}}""";

    private static Dictionary<string, double> Aggregate(EvaluationTask task, TaskData data, IEnumerable<Response[]> responses) =>
        task.Aggregate([.. data.Documents.Zip(responses, (document, answers) => task.Score(task.Prepare(data, document), answers))]).ToDictionary(metric => metric.Name, metric => metric.Value);

    private (EvaluationTask Task, TaskData Data) Load(string yaml, params string[] rows)
    {
        _temp.Write("rows.jsonl", Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => row + "\n"))));
        var task = EvaluationTask.Load(_temp.Write("t.yaml", Encoding.UTF8.GetBytes(Head + yaml)));
        return (task, task.Read(_temp.Path, null));
    }
}
