using System.Text;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tasks.Filters;

public sealed class FilterTests : IDisposable
{
    private const string Head = """
        task: t
        dataset_path: json
        dataset_kwargs: {data_files: {test: rows.jsonl}}
        test_split: test
        doc_to_text: q
        doc_to_target: a
        metric_list: [{metric: exact_match}]

        """;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Each_chain_has_a_score_of_its_own()
    {
        var scores = Score("{\"q\": \"x\", \"a\": \"12\"}", "so 3 and\n#### 12 then 15", """
            filter_list:
              - name: strict
                filter: [{function: regex, regex_pattern: "#### (\\d+)"}, {function: take_first}]
              - name: last
                filter: [{function: regex, regex_pattern: "(\\d+)", group_select: -1}, {function: take_first}]
            """);
        Assert.Equal([("exact_match,last", 0), ("exact_match,strict", 1)], scores.OrderBy(score => score.Key).Select(score => (score.Key, (int)score.Value)));
    }

    [Theory]
    [InlineData("positive", 1)]
    [InlineData("Negative", 0)]
    public void A_table_maps_what_it_has_and_the_rest_to_its_default(string text, int score) => Assert.Equal(
        score,
        Score("{\"q\": \"x\", \"a\": \"1\"}", text, "filter_list: [{name: m, filter: [{function: map, mapping_dict: {positive: \"1\"}, default_value: \"0\"}]}]")["exact_match"]);

    [Theory]
    [InlineData("The answer is (B).", "(B)")]
    [InlineData("It must be a red apple", "(A)")]
    [InlineData("I choose: C", "(C)")]
    [InlineData("no idea", "[invalid]")]
    public void A_letter_is_found_by_pattern_by_choice_and_behind_a_colon(string text, string letter) => Assert.Equal(
        1,
        Score($$"""{"q": "x", "a": "{{letter}}", "choices": ["Red apple", "b2", "c.3"]}""", text, "filter_list: [{name: m, filter: [{function: multi_choice_regex, regex_pattern: \"(\\\\([A-Z]\\\\))\", ignore_case: true, ignore_punctuation: true}]}]")["exact_match"]);

    [Theory]
    [InlineData("filter_list: [{name: a, filter: []}, {name: a, filter: []}]", "same name")]
    [InlineData("filter_list: [{name: a, filter: [{function: map, mapping_dict: {x: y}}]}]", "default_value")]
    [InlineData("filter_list: [{name: a, filter: [{function: take_first_k, k: 3}]}]", "'take_first_k'")]
    public void A_chain_that_cannot_be_followed_is_refused(string yaml, string named) =>
        Assert.Contains(named, Assert.Throws<TaskException>(() => Score("{\"q\": \"x\", \"a\": \"1\"}", "x", yaml)).Message, StringComparison.Ordinal);

    private IReadOnlyDictionary<string, double> Score(string row, string text, string yaml)
    {
        _temp.Write("rows.jsonl", Encoding.UTF8.GetBytes(row + "\n"));
        var task = EvaluationTask.Load(_temp.Write("t.yaml", Encoding.UTF8.GetBytes(Head + yaml)));
        var data = task.Read(_temp.Path, null);
        return task.Score(task.Prepare(data, data.Documents[0]), [Response.Generated(text)]);
    }
}
