using System.Text;
using Loragate.EvalHarness.Tasks;
using Loragate.Testing;
using static Loragate.EvalHarness.Tests.Tasks.TaskFolder;

namespace Loragate.EvalHarness.Tests.Tasks;

/// <summary>A task's file that is not what it must be is refused by name and place.</summary>
public sealed class HostileTaskFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("typo_key: 1", "'typo_key'")]
    [InlineData("use_prompt: x", "'use_prompt'")]
    [InlineData("task: again", "'task' comes twice")]
    [InlineData("num_fewshot: 2", "among them")]
    [InlineData("num_fewshot: 2\nvalidation_split: v\nfewshot_split: v\nfewshot_config: {sampler: balanced}", "sampler 'balanced'")]
    [InlineData("num_fewshot: 2\nfewshot_split: v\nfewshot_config: {split: w}", "'w' is not the fewshot_split 'v'")]
    [InlineData("num_fewshot: 1\nfewshot_split: v\nfewshot_config: {fewshot_indices: [3]}", "'fewshot_indices'")]
    [InlineData("fewshot_config: {samples: [1]}", "not a mapping")]
    [InlineData("num_fewshot: 900", "900 examples")]
    [InlineData("num_fewshot: 2\nfewshot_split: test\nfewshot_config: {sampler: first_n}", "evaluated itself")]
    [InlineData("process_docs: !function utils.unheard_of", "function 'unheard_of' is not known here; known are bbq_docs, hellaswag_docs, jcommonsenseqa_docs")]
    [InlineData("process_results: !function utils.hellaswag_docs", "function 'hellaswag_docs'")]
    [InlineData("metric_list: [{metric: bleu}]", "metric 'bleu'")]
    [InlineData("metric_list: [{metric: acc, aggregation: median}]", "aggregation 'median'")]
    [InlineData("metric_list:\n  - metric: acc\n  - metric: acc_norm\n  - metric: acc", "line 14, key 'metric': the metric 'acc' is listed twice")]
    [InlineData("metric_list: [{metric: acc, higher_is_better: 1}]", "'higher_is_better': not true or false")]
    [InlineData("metric_list:\n  - metric: word_perplexity\n    higher_is_better: true\noutput_type: loglikelihood_rolling", "line 11, key 'higher_is_better': less of 'word_perplexity' is better")]
    [InlineData("metric_list: [{metric: byte_perplexity, higher_is_better: true}]\noutput_type: loglikelihood_rolling", "less of 'byte_perplexity' is better")]
    [InlineData("metric_list: [{metric: bits_per_byte, higher_is_better: true}]\noutput_type: loglikelihood_rolling", "less of 'bits_per_byte' is better")]
    [InlineData("metric_list: [{metric: perplexity, higher_is_better: true}]\noutput_type: loglikelihood", "less of 'perplexity' is better")]
    [InlineData("metric_list: [{metric: brier_score, higher_is_better: true}]", "less of 'brier_score' is better")]
    [InlineData("filter_list: [{name: x, filter: [{function: majority_vote}]}]", "filter 'majority_vote'")]
    [InlineData("metadata: &anchor {a: 1}", "anchor")]
    [InlineData("metadata: *alias", "alias")]
    [InlineData("metadata: {<<: {a: 1}}", "merge key")]
    [InlineData("metadata: !!python/object/apply:os.system [ls]", "tag")]
    [InlineData("metadata: 12:30:00", "quotes")]
    [InlineData("metadata: 010", "quotes")]
    [InlineData("metadata: [", "not YAML")]
    [InlineData("--- \ntask: second", "more than one document")]
    [InlineData("repeats: 5", "repeats")]
    [InlineData("unsafe_code: true", "never run")]
    [InlineData("description: \"{% macro x() %}\"", "'macro'")]
    public void What_is_not_supported_is_refused_by_name(string line, string named)
    {
        var yaml = line.Contains("output_type", StringComparison.Ordinal) ? Base.Replace("output_type: multiple_choice\n", "", StringComparison.Ordinal).Replace("doc_to_choice: [\"a\", \"b\"]\n", "", StringComparison.Ordinal) : Base;
        var refusal = Assert.ThrowsAny<Artifacts.MalformedInputException>(() => _folder.Load(yaml + line + "\n"));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("t.yaml", refusal.Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("../escaped")]
    [InlineData("/tmp/absolute")]
    [InlineData("a\\b")]
    [InlineData(".hidden")]
    public void A_name_that_is_no_files_is_refused_for_reports_are_named_after_it(string name)
    {
        var refusal = Assert.Throws<TaskException>(() => _folder.Load(Base.Replace("task: t\n", $"task: {name}\n", StringComparison.Ordinal)));
        Assert.Contains("key 'task'", refusal.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_key_is_named_with_its_line() =>
        Assert.EndsWith("t.yaml, line 11, key 'typo_key'", Assert.Throws<TaskException>(() => _folder.Load(Base + "typo_key: 1\n")).Place, StringComparison.Ordinal);

    [Fact]
    public void Billions_of_laughs_end_at_the_first_anchor()
    {
        var bomb = new StringBuilder(Base).Append("metadata:\n  a0: &a0 [x, x]\n");
        for (var i = 1; i < 40; i++)
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"  a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        Assert.Contains("anchor", Assert.Throws<TaskException>(() => _folder.Load(bomb.ToString())).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_and_long_files_are_refused()
    {
        Assert.Contains("levels", Assert.Throws<TaskException>(() => _folder.Load(Base + "metadata: " + new string('[', 5000) + new string(']', 5000) + "\n")).Fault, StringComparison.Ordinal);
        Assert.Contains("bytes", Assert.ThrowsAny<Artifacts.MalformedInputException>(() => _folder.Load(Base + "metadata: " + new string('x', 300_000) + "\n")).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("]")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData(",")]
    [InlineData(":")]
    [InlineData("\"")]
    [InlineData("\t")]
    [InlineData("\n")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("|")]
    [InlineData("%")]
    public void A_file_with_a_mark_too_many_anywhere_is_read_or_refused(string mark)
    {
        for (var at = 0; at <= Base.Length; at++)
        {
            var text = Base.Insert(at, mark);
            var fault = Record.Exception(() => Loragate.EvalHarness.Tasks.Yaml.YamlReader.Read(Encoding.UTF8.GetBytes(text), "t.yaml"));
            Assert.True(fault is null or TaskException, $"at {at}: {fault}");
        }
    }

    [Fact]
    public void An_include_that_comes_back_is_refused()
    {
        _folder.Write("other.yaml", "include: t.yaml\n"u8);
        Assert.Contains("includes itself", Assert.Throws<TaskException>(() => _folder.Load(Base + "include: other.yaml\n")).Fault, StringComparison.Ordinal);
    }
}
