using System.Text;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class EvaluateTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void A_classification_is_shown_by_group()
    {
        var result = Evaluate("--group", "wording", "--positive", "0");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.All(new[] { "selection rate", "equal opportunity", "equalised odds", "p by shuffling" }, words => Assert.Contains(words, result.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--group", "nothing", 4)]
    [InlineData("--positive", "-1", 64)]
    public void A_group_that_is_not_there_is_told(string option, string value, int code) => Assert.Equal(code, Evaluate(option, value).ExitCode);

    [Theory]
    [InlineData("sample_routing", "wording", "99", "has no such choice")]
    [InlineData("sample_generate", "answer", "0", "has no such choice")]
    [InlineData("sample_pairs", "bias_type", "0", "belong to one group")]
    public void Rows_that_no_table_by_group_can_be_made_of_are_refused_before_they_are_scored(string task, string column, string positive, string words)
    {
        var result = Executable.Run("evaluate", "--model", Executable.Base, "--tasks", Path.Combine(Executable.Samples, "tasks", task + ".yaml"), "--data", Executable.Samples, "--output", _temp.PathTo("scores"), "--device", "cpu", "--limit", "4", "--group", column, "--positive", positive);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains(words, string.Join(' ', result.Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("scores")));
    }

    [Fact]
    public void A_bad_row_of_a_later_task_is_refused_before_the_first_task_is_scored()
    {
        _temp.Write("rows.jsonl", "{\"q\": \"a\", \"mc2_targets\": {\"labels\": [1, 0]}}\n{\"q\": \"b\", \"mc2_targets\": {\"labels\": [1]}}\n"u8);
        var later = _temp.Write("later.yaml", "task: later\ndataset_path: json\ndataset_kwargs: {data_files: {test: rows.jsonl}}\ntest_split: test\noutput_type: multiple_choice\ndoc_to_text: q\ndoc_to_choice: [\"x\", \"y\"]\ndoc_to_target: 0\nprocess_results: !function utils.process_results_mc2\n"u8);
        var result = Executable.Run("evaluate", "--model", Executable.Base, "--tasks", $"{Path.Combine(Executable.Samples, "tasks", "sample_routing.yaml")},{later}", "--data", Executable.Samples, "--output", _temp.PathTo("scores"), "--device", "cpu");
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("rows.jsonl, line 2", string.Concat(result.Error.Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("scores")));
    }

    [Fact]
    public void A_kept_report_whose_aggregates_are_not_its_items_is_made_again()
    {
        var report = Report(Evaluate("--json"));
        var file = _temp.PathTo("scores", "sample_routing.json");
        var changed = report with { Metrics = [.. report.Metrics.Select(metric => metric with { Value = 0.999 })] };
        File.WriteAllBytes(file, changed.ToCanonicalJson());
        Assert.Equal(report.ComputeDigest(), Report(Evaluate("--json")).ComputeDigest());
        Assert.Equal(report.ComputeDigest(), Record.ReadFile<EvaluationReport>(file).ComputeDigest());
    }

    [Fact]
    public void A_killed_evaluation_goes_on_where_it_was_to_the_same_bytes()
    {
        var whole = Report(Evaluate("--batch", "1", "--json"));
        File.Delete(_temp.PathTo("scores", "sample_routing.json"));
        var journal = _temp.PathTo("scores", "sample_routing.json.answers.jsonl");
        using (var run = Executable.Start(Arguments("--batch", "1")))
        {
            run.WaitFor(() => File.Exists(journal) && new FileInfo(journal).Length > 1000, journal);
            run.Kill();
            run.Wait();
        }
        Assert.False(File.Exists(_temp.PathTo("scores", "sample_routing.json")));
        Assert.Equal(whole.ComputeDigest(), Report(Evaluate("--batch", "1", "--json")).ComputeDigest());
        Assert.False(File.Exists(journal));
    }

    [Fact]
    public void A_text_without_spaces_has_no_perplexity_by_the_word_and_keeps_that_by_the_byte()
    {
        _temp.Write("own.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("この文章は日本語で書かれており、単語の間に空白がありません。", 4)) + "\n"));
        var result = Executable.Run("evaluate", "--model", Executable.Base, "--tasks", Repository.PathTo("policies", "tasks", "own_text.yaml"), "--data", _temp.Path, "--output", _temp.PathTo("scores"), "--device", "cpu", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(["bits_per_byte", "byte_perplexity"], Report(result).Metrics.Select(metric => metric.Name));
        Assert.Contains("No value of word_perplexity", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_its_adapter_beside_it_is_named_with_the_adapter()
    {
        var report = Report(Evaluate("--adapter", Executable.Adapter("routing-good"), "--json"));
        Assert.NotNull(report.Model.AdapterDigest);
        Assert.Null(Report(Evaluate("--json", "--limit", "20")).Model.AdapterDigest);
    }

    [Fact]
    public void Several_adapters_share_one_base_and_each_has_reports_of_its_own()
    {
        var result = Evaluate("--limit", "20", "--adapter", Executable.Adapter("routing-good"), "--adapter", Executable.Adapter("routing-dora"));
        Assert.True(result.ExitCode == 0, result.Error);
        var reports = new[] { "routing-good", "routing-dora" }.Select(name => Record.ReadFile<EvaluationReport>(_temp.PathTo("scores", name, "sample_routing.json"))).ToList();
        Assert.NotEqual(reports[0].Model.AdapterDigest, reports[1].Model.AdapterDigest);
        Assert.NotEqual(reports[0].Items.SelectMany(item => item.LogLikelihoods), reports[1].Items.SelectMany(item => item.LogLikelihoods));
        var alone = Report(Evaluate("--limit", "20", "--adapter", Executable.Adapter("routing-dora"), "--json"));
        Assert.Equal(alone.ComputeDigest(), reports[1].ComputeDigest());
    }

    [Fact]
    public void Two_adapters_of_one_name_are_a_usage_error()
    {
        var copy = _temp.Copy(Executable.Adapter("routing-good"), "routing-good");
        Assert.Equal(64, Evaluate("--adapter", Executable.Adapter("routing-good"), "--adapter", copy).ExitCode);
    }

    [Fact]
    public void The_stored_type_is_named_in_the_report()
    {
        var (wide, stored) = (Report(Evaluate("--limit", "20", "--json")), Report(Evaluate("--limit", "20", "--dtype", "keep", "--json")));
        Assert.Contains("float32", wide.Engine.Procedure, StringComparison.Ordinal);
        Assert.Contains("bfloat16", stored.Engine.Procedure, StringComparison.Ordinal);
        Assert.NotEqual(wide.Items[0].LogLikelihoods, stored.Items[0].LogLikelihoods);
    }

    [Fact]
    public void A_measurement_in_the_stored_type_says_so_and_takes_the_memory_of_the_file()
    {
        var (wide, stored) = (Measured(), Measured("--dtype", "keep"));
        Assert.Equal(("float32/greedy/1", "stored/greedy/1"), (wide.Engine.Procedure, stored.Engine.Procedure));
        Assert.Equal(wide.Models[0].MemoryBytes, 2 * stored.Models[0].MemoryBytes);

        static Measurement Measured(params string[] more)
        {
            var result = Executable.Run(["measure", "--base", Executable.Base, "--prompt-tokens", "4", "--new-tokens", "2", "--repeats", "1", "--device", "cpu", "--json", .. more]);
            Assert.True(result.ExitCode == 0, result.Error);
            return Record.Parse<Measurement>(Encoding.UTF8.GetBytes(result.Output[..^1]), "standard output");
        }
    }

    [Fact]
    public void Rows_of_the_training_are_found_in_the_evaluation()
    {
        var lines = File.ReadAllLines(Path.Combine(Executable.Samples, "data", "corpus.txt"));
        _temp.Write("train.txt", Encoding.UTF8.GetBytes(lines[3] + "\n"));
        Executable.Must("contamination", "digest", "--training", _temp.PathTo("train.txt"), "--output", _temp.PathTo("digests"));
        var found = Contamination("sample_corpus.yaml");
        Assert.Equal(1, found.ExitCode);
        Assert.Contains("rows overlap with the training set: 3 (100 %)", found.Error, StringComparison.Ordinal);
        Assert.Equal(0, Contamination("sample_routing.yaml").ExitCode);
        Assert.Equal(1, Executable.Run("contamination", "check", "--digests", _temp.PathTo("digests"), "--tasks", "sample_corpus", "--include", Path.Combine(Executable.Samples, "tasks"), "--data", Executable.Samples).ExitCode);
    }

    [Theory]
    [InlineData("9")]
    [InlineData("-100")]
    [InlineData("\"neither\"")]
    [InlineData("[]")]
    public void A_row_whose_right_answer_is_no_choice_is_named_by_file_and_line(string gold)
    {
        var task = _temp.Write("task.yaml", """
            task: lost
            dataset_path: json
            dataset_kwargs: {data_files: {test: rows.jsonl}}
            test_split: test
            output_type: multiple_choice
            doc_to_text: "{{q}}"
            doc_to_target: gold
            doc_to_choice: ["yes", "no"]
            """u8);
        var rows = _temp.Write("rows.jsonl", Encoding.UTF8.GetBytes($"{{\"q\":\"a\",\"gold\":{(gold[0] == '"' ? "\"yes\"" : "0")}}}\n{{\"q\":\"b\",\"gold\":{gold}}}\n"));
        foreach (var report in new[] { "made", "kept" })
        {
            var result = Executable.Run("evaluate", "--model", Executable.Base, "--tasks", task, "--data", _temp.Path, "--output", _temp.PathTo("scores"), "--device", "cpu", "--json");
            Assert.True(result.ExitCode == 0, report + result.Error);
            Assert.Contains($"none of the choices in one row, so every answer to it counts as wrong; the first is {rows}, line 2.", string.Join(' ', result.Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
            Assert.Equal([1], Report(result).Unanswerable!);
        }
    }

    [Fact]
    public void A_row_without_a_text_to_compare_with_is_named_by_file_and_line()
    {
        var task = _temp.Write("task.yaml", """
            task: lost
            dataset_path: json
            dataset_kwargs: {data_files: {test: rows.jsonl}}
            test_split: test
            output_type: generate_until
            doc_to_text: q
            doc_to_target: answers
            generation_kwargs: {max_gen_toks: 2}
            """u8);
        var rows = _temp.Write("rows.jsonl", "{\"q\":\"a\",\"answers\":[\"x\"]}\n{\"q\":\"b\",\"answers\":[]}\n"u8);
        var result = Executable.Run("evaluate", "--model", Executable.Base, "--tasks", task, "--data", _temp.Path, "--output", _temp.PathTo("scores"), "--device", "cpu", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains($"there is no right answer in one row, so every answer to it counts as wrong; the first is {rows}, line 2.", string.Join(' ', result.Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal([1], Report(result).Unanswerable!);
    }

    public void Dispose() => _temp.Dispose();

    private static EvaluationReport Report(ShellResult result) => Record.Parse<EvaluationReport>(Encoding.UTF8.GetBytes(result.Output[..^1]), "standard output");

    private ShellResult Contamination(string task) => Executable.Run(
        "contamination", "check", "--digests", _temp.PathTo("digests"), "--tasks", Path.Combine(Executable.Samples, "tasks", task), "--data", Executable.Samples);

    private ShellResult Evaluate(params string[] more) => Executable.Run(Arguments(more));

    private string[] Arguments(params string[] more) =>
        ["evaluate", "--model", Executable.Base, "--tasks", Path.Combine(Executable.Samples, "tasks", "sample_routing.yaml"), "--data", Executable.Samples, "--output", _temp.PathTo("scores"), "--device", "cpu", .. more];
}
