using System.Text.Json;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Groups;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Exchange;

/// <summary>The results file of an export against what lm-evaluation-harness 0.4.13 says of its own (lm_eval/result_schema.py, lm_eval/loggers/evaluation_tracker.py).</summary>
public sealed class HarnessResultsTests : IDisposable
{
    private static readonly string[] Schema =
    [
        "results", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better", "n-samples", "config", "git_hash", "date", "pretty_env_info", "transformers_version", "lm_eval_version", "upper_git_hash",
        "tokenizer_pad_token", "tokenizer_eos_token", "tokenizer_bos_token", "eot_token_id", "max_length", "model_source", "model_name", "model_name_sanitized", "system_instruction", "system_instruction_sha",
        "fewshot_as_multiturn", "chat_template", "chat_template_sha", "task_hashes", "start_time", "end_time", "total_evaluation_time_seconds",
    ];

    private static readonly string[] Config =
    [
        "model", "model_args", "model_num_parameters", "model_dtype", "model_revision", "model_sha", "batch_size", "batch_sizes", "device", "use_cache", "limit", "bootstrap_iters", "gen_kwargs",
        "random_seed", "numpy_seed", "torch_seed", "fewshot_seed",
    ];

    private static readonly string[] Sample = ["doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash", "prompt_hash", "target_hash"];

    /// <summary>docs/tasks.md says why.</summary>
    private static readonly string[] LeftOut =
    [
        "pretty_env_info", "transformers_version", "lm_eval_version", "upper_git_hash", "tokenizer_pad_token", "tokenizer_eos_token", "tokenizer_bos_token", "eot_token_id", "max_length", "chat_template",
        "start_time", "end_time", "total_evaluation_time_seconds",
    ];

    private static readonly string[] LeftOutOfConfig = ["model_num_parameters", "model_revision", "model_sha", "batch_size", "batch_sizes", "use_cache", "bootstrap_iters", "random_seed", "numpy_seed", "torch_seed"];

    private static readonly string Samples = Repository.PathTo("samples");

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_file_has_the_harnesss_keys_but_for_those_that_nobody_here_knows()
    {
        var results = Export(Path.Combine(Samples, "base"), Samples, [Task("sample_routing")], []);
        Assert.Equal(Schema.Except(LeftOut).Append("loragate_version").Order(StringComparer.Ordinal), Keys(results));
        Assert.Equal(Config.Except(LeftOutOfConfig).Order(StringComparer.Ordinal), Keys(results.GetProperty("config")));
        using var sample = JsonDocument.Parse(File.ReadLines(Directory.GetFiles(_temp.Path, "samples_*.jsonl").Single()).First());
        Assert.Equal([.. Sample.Concat(["acc", "acc_norm"]).Order(StringComparer.Ordinal)], Keys(sample.RootElement));
        var page = File.ReadAllText(Repository.PathTo("docs", "tasks.md"));
        Assert.All(LeftOut.Concat(LeftOutOfConfig), key => Assert.Contains($"`{key}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_known_of_tasks_is_told_of_each()
    {
        var results = Export(Path.Combine(Samples, "base"), Samples, [Task("sample_facts"), Task("sample_corpus")], []);
        Assert.Equal(1.0, results.GetProperty("versions").GetProperty("sample_facts").GetDouble());
        Assert.Equal(0, results.GetProperty("n-shot").GetProperty("sample_facts").GetInt32());
        Assert.True(results.GetProperty("higher_is_better").GetProperty("sample_facts").GetProperty("acc_norm").GetBoolean());
        Assert.False(results.GetProperty("higher_is_better").GetProperty("sample_corpus").GetProperty("bits_per_byte").GetBoolean());
        Assert.Equal((200, 3), (results.GetProperty("n-samples").GetProperty("sample_facts").GetProperty("original").GetInt32(), results.GetProperty("n-samples").GetProperty("sample_facts").GetProperty("effective").GetInt32()));
        Assert.Equal(3, results.GetProperty("config").GetProperty("limit").GetInt32());
        var config = results.GetProperty("configs").GetProperty("sample_facts");
        Assert.Equal(("{{question}}", "multiple_choice"), (config.GetProperty("doc_to_text").GetString(), config.GetProperty("output_type").GetString()));
        Assert.Equal("data/facts.jsonl", config.GetProperty("dataset_kwargs").GetProperty("data_files").GetProperty("test").GetString());
        Assert.Equal(["sample_corpus", "sample_facts"], Keys(results.GetProperty("group_subtasks")));
        Assert.False(results.TryGetProperty("groups", out _));
    }

    [Fact]
    public void A_group_is_told_with_its_tasks_and_a_function_by_its_name()
    {
        var task = _temp.Write("one.yaml", """
            task: one
            task_alias: first
            dataset_path: json
            dataset_kwargs: {data_files: {test: data/pairs.jsonl}}
            test_split: test
            output_type: multiple_choice
            doc_to_text: ""
            doc_to_choice: "{{[sent_more, sent_less]}}"
            doc_to_target: 0
            target_delimiter: ""
            process_results: !function utils.crows_results
            """u8);
        var score = new GroupScore("both", ["one", "sample_pairs"], [new Artifacts.Records.Evaluating.Metric("acc,none", 0.5, null, 6)]);
        var called = new GroupScore("other", ["one"], score.Metrics) { Alias = "The other" };
        var results = Export(Path.Combine(Samples, "base"), Samples, [EvaluationTask.Load(task), Task("sample_pairs")], [score, called]);
        Assert.Equal(["both", "other"], Keys(results.GetProperty("group_subtasks")));
        Assert.Equal(["one", "sample_pairs"], results.GetProperty("group_subtasks").GetProperty("both").EnumerateArray().Select(member => member.GetString()));
        Assert.All(["results", "groups"], part => Assert.Equal(("both", "both"), NameAndAlias(results.GetProperty(part).GetProperty("both"))));
        Assert.All(["results", "groups"], part => Assert.Equal(("other", "The other"), NameAndAlias(results.GetProperty(part).GetProperty("other"))));
        Assert.Equal(0.5, results.GetProperty("groups").GetProperty("both").GetProperty("acc,none").GetDouble());
        Assert.Equal("!function utils.crows_results", results.GetProperty("configs").GetProperty("one").GetProperty("process_results").GetString());
        Assert.Equal(("one", "first"), NameAndAlias(results.GetProperty("results").GetProperty("one")));
        Assert.Equal(JsonValueKind.Null, results.GetProperty("versions").GetProperty("one").ValueKind);
    }

    /// <summary>The harness's own entries of the reference vectors. Its standard errors of perplexities, a bootstrap, are "N/A" here and were not kept there.</summary>
    [Fact]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    public void Each_tasks_entry_has_the_keys_of_the_harnesss_own()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        var root = SharedFolder.PathTo("vectors", "harness");
        var ours = Export(Path.Combine(root, "models", "llama"), root, [.. SharedFolder.Files("vectors", "harness", "tasks").Select(file => EvaluationTask.Load(Path.Combine(root, "tasks", file)))], []).GetProperty("results");
        using var theirs = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "results", "llama", "results.bs1.json")));
        Assert.Equal(Keys(theirs.RootElement), Keys(ours));
        foreach (var task in theirs.RootElement.EnumerateObject())
            Assert.Equal(Keys(task.Value), Keys(ours.GetProperty(task.Name)).Where(key => ours.GetProperty(task.Name).GetProperty(key) is not { ValueKind: JsonValueKind.String } value || value.GetString() != "N/A"));
    }

    private static EvaluationTask Task(string name) => EvaluationTask.Load(Path.Combine(Samples, "tasks", name + ".yaml"));

    private static (string? Name, string? Alias) NameAndAlias(JsonElement entry) => (entry.GetProperty("name").GetString(), entry.GetProperty("alias").GetString());

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);

    private JsonElement Export(string folder, string data, IReadOnlyList<EvaluationTask> tasks, IReadOnlyList<GroupScore> groups)
    {
        using var evaluator = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 1), Threads = 1, Version = "test" });
        var export = new HarnessExport(_temp.Path, "base", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        foreach (var task in tasks)
        {
            var question = EvaluationQuestion.Read(task, new EvaluationScope(data, 3));
            export.Add(question, evaluator.Prepare(question), evaluator.Evaluate(question, null, TestContext.Current.CancellationToken));
        }
        export.Finish(groups);
        using var results = JsonDocument.Parse(File.ReadAllBytes(Directory.GetFiles(_temp.Path, "results_*.json").Single()));
        return results.RootElement.Clone();
    }
}
