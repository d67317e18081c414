using System.Text;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Data;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Tasks;

public sealed class HostileTaskTests : IDisposable
{
    private const string Base =
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
        var refusal = Assert.ThrowsAny<Artifacts.MalformedInputException>(() => Load(yaml + line + "\n"));
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
        var refusal = Assert.Throws<TaskException>(() => Load(Base.Replace("task: t\n", $"task: {name}\n", StringComparison.Ordinal)));
        Assert.Contains("key 'task'", refusal.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_key_is_named_with_its_line() =>
        Assert.EndsWith("t.yaml, line 11, key 'typo_key'", Assert.Throws<TaskException>(() => Load(Base + "typo_key: 1\n")).Place, StringComparison.Ordinal);

    [Fact]
    public void Billions_of_laughs_end_at_the_first_anchor()
    {
        var bomb = new StringBuilder(Base).Append("metadata:\n  a0: &a0 [x, x]\n");
        for (var i = 1; i < 40; i++)
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"  a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        Assert.Contains("anchor", Assert.Throws<TaskException>(() => Load(bomb.ToString())).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_and_long_files_are_refused()
    {
        Assert.Contains("levels", Assert.Throws<TaskException>(() => Load(Base + "metadata: " + new string('[', 5000) + new string(']', 5000) + "\n")).Fault, StringComparison.Ordinal);
        Assert.Contains("bytes", Assert.ThrowsAny<Artifacts.MalformedInputException>(() => Load(Base + "metadata: " + new string('x', 300_000) + "\n")).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside.jsonl")]
    [InlineData("a/../../outside.jsonl")]
    [InlineData("/etc/passwd")]
    public void A_data_file_outside_of_the_data_folder_is_refused(string file)
    {
        _folder.Write("outside.jsonl", """{"q": "x", "gold": 0}"""u8);
        Directory.CreateDirectory(_folder.PathTo("data"));
        var task = Load(Base.Replace("rows.jsonl", file, StringComparison.Ordinal));
        Assert.Contains("outside", Assert.Throws<TaskException>(() => task.Read(_folder.PathTo("data"), null)).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    [InlineData("pipe")]
    [InlineData("device")]
    public void A_link_out_of_the_data_folder_and_what_is_no_file_are_refused(string kind)
    {
        _folder.Write("outside/rows.jsonl", "{\"q\": \"x\", \"gold\": 0}"u8);
        Directory.CreateDirectory(_folder.PathTo("data"));
        var file = _folder.PathTo("data/rows.jsonl");
        switch (kind)
        {
            case "file":
                File.CreateSymbolicLink(file, _folder.PathTo("outside/rows.jsonl"));
                break;
            case "folder":
                Directory.CreateSymbolicLink(_folder.PathTo("data/sub"), _folder.PathTo("outside"));
                break;
            case "pipe":
                Assert.Equal(0, Shell.Run("mkfifo", _folder.Path, file).ExitCode);
                break;
            default:
                File.CreateSymbolicLink(file, "/dev/zero");
                break;
        }
        var task = Load(kind == "folder" ? Base.Replace("rows.jsonl", "sub/rows.jsonl", StringComparison.Ordinal) : Base);
        var refusal = Assert.ThrowsAny<Artifacts.MalformedInputException>(() => task.Read(_folder.PathTo("data"), null));
        Assert.Contains(kind == "pipe" ? "neither a plain file" : "a symbolic link", refusal.Fault, StringComparison.Ordinal);
        Assert.StartsWith(_folder.PathTo("data"), refusal.Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"q\": 1,}", "rows.jsonl, line 2")]
    [InlineData("{\"q\": 1, \"q\": 2}", "rows.jsonl, line 2")]
    [InlineData("[1]", "rows.jsonl, line 2")]
    [InlineData("{\"q\": \"\\ud800\"}", "rows.jsonl, line 2")]
    public void A_broken_row_is_named_by_file_and_line(string row, string place)
    {
        Rows("{\"q\": \"x\", \"gold\": 0}", row);
        Assert.EndsWith(place, Assert.Throws<TaskException>(() => Load(Base).Read(_folder.Path, null)).Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doc_to_text: \"{{q}}\"", "{\"gold\": 0}", "'q'")]
    [InlineData("doc_to_text: \"{{q}}\"\ndescription: \"D\"", "{\"gold\": 0}", "'q'")]
    [InlineData("doc_to_text: q", "{\"gold\": 0}", "'q'")]
    [InlineData("doc_to_target: \"{{gold}}\"", "{\"q\": \"x\"}", "'gold'")]
    [InlineData("doc_to_target: gold", "{\"q\": \"x\"}", "'gold'")]
    [InlineData("doc_to_target: gold", "{\"q\": \"x\", \"gold\": null}", "'gold'")]
    [InlineData("doc_to_choice: \"{{[q, gold]}}\"", "{\"gold\": \"1\"}", "'q'")]
    [InlineData("doc_to_choice: !function utils.crows_choice", "{\"q\": \"x\", \"gold\": 0}", "'sent_more'")]
    public void A_row_without_a_column_that_the_task_needs_is_refused_by_file_and_line(string key, string row, string column)
    {
        Rows("{\"q\": \"x\", \"gold\": \"0\"}", row);
        var name = key.Split(':')[0];
        var yaml = string.Concat(Base.Split('\n').Where(line => line.Length > 0 && !line.StartsWith(name, StringComparison.Ordinal)).Append(key).Select(line => line + "\n"));
        var task = Load(yaml);
        var data = task.Read(_folder.Path, null);
        var refusal = Assert.ThrowsAny<Artifacts.MalformedInputException>(() => task.Prepare(data, data.Documents[1]));
        Assert.Contains("rows.jsonl, line 2", refusal.Place, StringComparison.Ordinal);
        Assert.Contains(column, refusal.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doc_to_text: question")]
    [InlineData("doc_to_text: \"{{question}}\"")]
    [InlineData("doc_to_target: answer")]
    [InlineData("doc_to_target: \"{{answer}}\"")]
    [InlineData("doc_to_choice: answers")]
    public void A_column_that_no_row_has_is_named(string key)
    {
        Rows("{\"q\": \"x\", \"gold\": 0}");
        var name = key.Split(':')[0];
        var task = Load(string.Concat(Base.Split('\n').Where(line => line.Length > 0 && !line.StartsWith(name, StringComparison.Ordinal)).Append(key).Select(line => line + "\n")));
        var data = task.Read(_folder.Path, null);
        var refusal = Assert.ThrowsAny<Artifacts.MalformedInputException>(() => task.Prepare(data, data.Documents[0]));
        Assert.Contains(key.Split(' ')[1].Trim('"', '{', '}'), refusal.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_lacks_a_column_nothing_needs_is_taken()
    {
        Rows("{\"q\": \"x\", \"gold\": 0, \"note\": 1}", "{\"q\": \"y\", \"gold\": 1}");
        var task = Load(Base);
        var data = task.Read(_folder.Path, null);
        Assert.Equal(1, task.Prepare(data, data.Documents[1]).Gold);
        Assert.Equal("1", data.Documents[0].Field("note"));
        var refusal = Assert.Throws<TaskException>(() => data.Documents[1].Field("note"));
        Assert.EndsWith("rows.jsonl, line 2", refusal.Place, StringComparison.Ordinal);
        Assert.Contains("'note'", refusal.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bare_word_that_is_a_choice_is_the_target_and_null_in_a_text_is_Pythons_None()
    {
        Rows("{\"q\": null, \"gold\": 0}");
        var task = Load(Base.Replace("\"{{gold}}\"", "b", StringComparison.Ordinal));
        var data = task.Read(_folder.Path, null);
        var item = task.Prepare(data, data.Documents[0]);
        Assert.Equal(1, item.Gold);
        Assert.Equal("None", item.Continuations[0].Context);
    }

    [Fact]
    public void A_row_that_process_docs_cannot_take_is_named_by_file_and_line()
    {
        Rows("{\"q\": \"x\", \"gold\": 0}");
        var refusal = Assert.Throws<TaskException>(() => Load(Base + "process_docs: !function utils.hellaswag_docs\n").Read(_folder.Path, null));
        Assert.EndsWith("rows.jsonl, line 1", refusal.Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"q\": [[], [], [], [], [], [], [], []]}")]
    [InlineData("{\"q\": {\"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4, \"e\": 5, \"f\": 6, \"g\": 7, \"h\": 8}}")]
    [InlineData("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}")]
    public void Small_files_of_many_values_are_refused_before_they_fill_the_memory(string rows)
    {
        Rows(rows);
        Assert.Contains("more than 8 values", Assert.Throws<TaskException>(() => new DataReader(_folder.Path, _folder.Path, isText: false, maxValues: 8).Read(["rows.jsonl"])).Fault, StringComparison.Ordinal);
        Assert.NotEmpty(new DataReader(_folder.Path, _folder.Path, isText: false, maxValues: 50).Read(["rows.jsonl"]));
    }

    /// <summary>A value is promised to take at most about 100 bytes: two million rows of nothing are 6 MB on the disk. What reading allocates bounds what stays: with what it drops again it is about 780 bytes a row.</summary>
    [Fact]
    public void Rows_of_nothing_take_no_more_memory_than_they_are_counted_for()
    {
        const int RowCount = 200_000;
        Rows(string.Join('\n', Enumerable.Repeat("{}", RowCount)));
        Assert.Throws<TaskException>(() => new DataReader(_folder.Path, _folder.Path, isText: false, maxValues: 5 * RowCount).Read(["rows.jsonl"]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var rows = new DataReader(_folder.Path, _folder.Path, isText: false, maxValues: 1 + (6 * RowCount)).Read(["rows.jsonl"]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_200L * RowCount);
        Assert.Equal(RowCount, rows.Count);
    }

    /// <summary>What ends a line makes a row, and a row of text is more than its one value: 100 MB of carriage returns are 100 million rows.</summary>
    [Theory]
    [InlineData("\r", 2)]
    [InlineData("\n", 2)]
    [InlineData("\r\n", 2)]
    public void Lines_count_as_the_rows_they_become_whatever_ends_them(string end, int rows)
    {
        _folder.Write("rows.txt", Encoding.UTF8.GetBytes("a" + end + "b" + end));
        DataReader Reader(int maxValues) => new(_folder.Path, _folder.Path, isText: true, maxValues);
        Assert.Equal(rows, Reader(maxValues: 5 * (rows + 1)).Read(["rows.txt"]).Count);
        Assert.Contains("more than 10 values", Assert.Throws<TaskException>(() => Reader(maxValues: 10).Read(["rows.txt"])).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_a_new_column_each_are_refused_before_every_row_gets_all_of_them()
    {
        Rows(string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"{{\"c{i}\": 1}}")));
        var before = GC.GetTotalAllocatedBytes();
        var refusal = Assert.Throws<TaskException>(() => Load(Base).Read(_folder.Path, null));
        Assert.Contains("20000 rows and 20000 different columns", refusal.Fault, StringComparison.Ordinal);
        Assert.Contains("rows.jsonl", refusal.Place, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 500_000_000);
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
    public void No_rows_are_no_evidence()
    {
        Rows();
        Assert.Contains("no rows", Assert.Throws<TaskException>(() => Load(Base).Read(_folder.Path, null)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_include_that_comes_back_is_refused()
    {
        _folder.Write("other.yaml", "include: t.yaml\n"u8);
        Assert.Contains("includes itself", Assert.Throws<TaskException>(() => Load(Base + "include: other.yaml\n")).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Local_keys_win_over_included_ones_and_the_digest_covers_both()
    {
        _folder.Write("defaults.yaml", "target_delimiter: \"\"\ndescription: \"D \"\ntask: other\n"u8);
        Rows("{\"q\": \"x\", \"gold\": \"1\"}");
        var task = Load(Base + "include: defaults.yaml\ndescription: \"L \"\n");
        var data = task.Read(_folder.Path, null);
        var item = task.Prepare(data, data.Documents[0]);
        Assert.Equal("t", task.Name);
        Assert.Equal([new ContinuationRequest("L x", "a"), new ContinuationRequest("L x", "b")], item.Continuations);
        Assert.Equal(1, item.Gold);

        var before = task.TaskDigest;
        _folder.Write("defaults.yaml", "target_delimiter: \"\"\ndescription: \"E \"\ntask: other\n"u8);
        Assert.NotEqual(before, Load(Base + "include: defaults.yaml\ndescription: \"L \"\n").TaskDigest);
    }

    [Fact]
    public void Every_byte_of_the_data_counts()
    {
        Rows("{\"q\": \"x\", \"gold\": 0}");
        var before = Load(Base).Read(_folder.Path, null).Digest;
        Rows("{\"q\": \"y\", \"gold\": 0}");
        Assert.NotEqual(before, Load(Base).Read(_folder.Path, null).Digest);
    }

    [Fact]
    public void Characters_and_bytes_normalize_differently()
    {
        // acc_norm: −6/2 against −5/3 characters; acc_bytes: −6/6 against −5/3 bytes.
        Rows("{\"q\": \"x\", \"gold\": 0}");
        var task = Load(Base.Replace("[\"a\", \"b\"]", "[\"東京\", \"abc\"]", StringComparison.Ordinal) + "metric_list: [{metric: acc_norm}, {metric: acc_bytes}]\n");
        var data = task.Read(_folder.Path, null);
        var score = task.Score(task.Prepare(data, data.Documents[0]), [new Response(-6, false), new Response(-5, false)]);
        Assert.Equal((0.0, 1.0), (score["acc_norm"], score["acc_bytes"]));
    }

    [Fact]
    public void The_first_of_equal_choices_wins()
    {
        Rows("{\"q\": \"x\", \"gold\": 0}", "{\"q\": \"x\", \"gold\": 1}", "{\"q\": \"x\", \"gold\": 7}");
        var task = Load(Base);
        var data = task.Read(_folder.Path, null);
        var scores = data.Documents.Select(document => task.Score(task.Prepare(data, document), [new Response(-1, true), new Response(-1, false)])["acc"]);
        Assert.Equal([1, 0, 0], scores);
    }

    private EvaluationTask Load(string yaml) => EvaluationTask.Load(_folder.Write("t.yaml", Encoding.UTF8.GetBytes(yaml)));

    private void Rows(params string[] rows) => _folder.Write("rows.jsonl", Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => row + "\n"))));
}
