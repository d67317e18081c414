using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Exchange;

public sealed class ExchangeTests : IDisposable
{
    private static readonly string Samples = Repository.PathTo("samples");

    private readonly TempFolder _temp = new();
    private readonly Evaluator _evaluator;

    public ExchangeTests()
    {
        var folder = Path.Combine(Samples, "base");
        _evaluator = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 1), Threads = 1, Version = "test" });
    }

    public void Dispose()
    {
        _evaluator.Dispose();
        _temp.Dispose();
    }

    [Theory]
    [InlineData("sample_routing")]
    [InlineData("sample_pairs")]
    [InlineData("sample_corpus")]
    [InlineData("sample_generate")]
    public void What_was_exported_comes_back_the_same_and_marked(string name)
    {
        var (question, report) = Export(name, 4);
        var back = _evaluator.Import(HarnessRun.Open(_temp.Path), question);
        Assert.NotNull(back.Imported);
        Assert.Equal("loragate", back.Imported.Model);
        Assert.Equal(("loragate.evaluate", "test", "loragate/torch.float32"), (back.Engine.Name, back.Engine.Version, back.Engine.Procedure));
        if (name != "sample_generate")
            Assert.Equal(report.CoinFlips, back.CoinFlips);
        Assert.Equal(report.Metrics, back.Metrics);
        Assert.Equal(report.Items.Select(item => item.Text), back.Items.Select(item => item.Text));
        Assert.Equal(report.Items.SelectMany(item => item.LogLikelihoods), back.Items.SelectMany(item => item.LogLikelihoods));
        Assert.Equal(back, Artifacts.Records.Record.Parse<EvaluationReport>(back.ToCanonicalJson(), "report"), static (a, b) => a.ToCanonicalJson().AsSpan().SequenceEqual(b.ToCanonicalJson()));
    }

    [Fact]
    public void Digests_in_samples_are_what_Python_computes_from_the_line()
    {
        Assert.SkipUnless(Shell.Has("python3"), "python3 is not installed.");
        Export("sample_routing", 3);
        const string script = """
            import glob, hashlib, json
            def digest(text): return hashlib.sha256(text.encode("utf-8")).hexdigest()
            joined, lines = "", 0
            for line in open(glob.glob("samples_*.jsonl")[0], encoding="utf-8"):
                s = json.loads(line)
                assert s["doc_hash"] == digest(json.dumps(s["doc"], indent=2, ensure_ascii=False))
                assert s["prompt_hash"] == digest(s["arguments"]["gen_args_0"]["arg_0"])
                assert s["target_hash"] == digest(s["target"])
                joined += s["doc_hash"] + s["prompt_hash"] + s["target_hash"]
                lines += 1
            assert json.load(open(glob.glob("results_*.json")[0], encoding="utf-8"))["task_hashes"] == {"sample_routing": digest(joined)}
            print(lines)
            """;
        var result = Shell.Run("python3", _temp.Path, "-c", script);
        Assert.Equal("3", result.Output.Trim() + result.Error);
    }

    [Theory]
    [InlineData("score", "acc is")]
    [InlineData("request", "request 1 is another")]
    [InlineData("missing", "document 1 is missing")]
    [InlineData("twice", "comes twice")]
    [InlineData("beyond", "where the data has")]
    [InlineData("answer", "neither True nor False")]
    [InlineData("number", "no number")]
    [InlineData("positive", "above 0")]
    [InlineData("repeats", "several times")]
    [InlineData("filter", "filter 'other'")]
    [InlineData("broken", "not strict JSON")]
    [InlineData("bare", "not a sample")]
    public void A_samples_file_that_does_not_hold_is_refused_by_line(string damage, string named)
    {
        var (question, _) = Export("sample_routing", 3);
        var file = Directory.GetFiles(_temp.Path, "samples_*.jsonl").Single();
        var lines = File.ReadAllLines(file).ToList();
        var second = JsonNode.Parse(lines[1])!;
        switch (damage)
        {
            case "score":
                second["acc"] = 1 - second["acc"]!.GetValue<double>();
                break;
            case "request":
                second["arguments"]!["gen_args_1"]!["arg_1"] = " something else";
                break;
            case "beyond":
                second["doc_id"] = 100_000;
                break;
            case "answer":
                second["resps"]![0]![0]![1] = "perhaps";
                break;
            case "number":
                second["resps"]![0]![0]![0] = "-inf";
                break;
            case "positive":
                second["resps"]![0]![0]![0] = "3.5";
                break;
            case "repeats":
                second["resps"]![0]!.AsArray().Add("x");
                break;
            case "filter":
                second["filter"] = "other";
                break;
        }
        lines[1] = damage switch
        {
            "broken" => lines[1][..^1],
            "bare" => "{}",
            "twice" => lines[0],
            _ => second.ToJsonString(),
        };
        if (damage == "missing")
            lines.RemoveAt(1);
        File.WriteAllLines(file, lines);
        var refusal = Assert.ThrowsAny<Exception>(() => _evaluator.Import(HarnessRun.Open(_temp.Path), question));
        Assert.True(damage == "score" ? refusal is IntegrityException : refusal is MalformedInputException, refusal.GetType().Name);
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(damage == "missing" ? "samples_sample_routing" : "line 2", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>A samples file is a stranger's: one line of a great many requests must not hold the import up.</summary>
    [Theory]
    [InlineData("gen_args_", "200000 requests where the task makes")]
    [InlineData("arg_", "request 1 is another")]
    public void A_line_of_a_great_many_requests_is_refused_at_once(string prefix, string named)
    {
        var (question, _) = Export("sample_routing", 3);
        var file = Directory.GetFiles(_temp.Path, "samples_*.jsonl").Single();
        var lines = File.ReadAllLines(file);
        var second = JsonNode.Parse(lines[1])!;
        var many = new JsonObject(Enumerable.Range(0, 200_000).Select(i => KeyValuePair.Create($"{prefix}{i}", (JsonNode?)"x")));
        if (prefix == "arg_")
            second["arguments"]!["gen_args_1"] = many;
        else
            second["arguments"] = many;
        lines[1] = second.ToJsonString();
        File.WriteAllLines(file, lines);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Contains(named, Assert.ThrowsAny<MalformedInputException>(() => _evaluator.Import(HarnessRun.Open(_temp.Path), question)).Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }

    [Theory]
    [InlineData("do_sample", "true")]
    [InlineData("temperature", "0.7")]
    [InlineData("until", "[\"zz\"]")]
    [InlineData("until", null)]
    [InlineData("max_gen_toks", "4")]
    [InlineData("max_gen_toks", null)]
    [InlineData("num_beams", "4")]
    public void A_text_that_was_generated_in_another_way_is_refused(string option, string? value)
    {
        var (question, _) = Export("sample_generate", 2);
        var file = Directory.GetFiles(_temp.Path, "samples_*.jsonl").Single();
        var lines = File.ReadAllLines(file);
        var second = JsonNode.Parse(lines[1])!;
        var options = second["arguments"]!["gen_args_0"]!["arg_1"]!.AsObject();
        options.Remove(option);
        if (value is not null)
            options[option] = JsonNode.Parse(value);
        lines[1] = second.ToJsonString();
        File.WriteAllLines(file, lines);
        var refusal = Assert.Throws<ExchangeException>(() => _evaluator.Import(HarnessRun.Open(_temp.Path), question));
        Assert.Equal($"the text was generated with another '{option}' than the task's", refusal.Fault);
        Assert.EndsWith("line 2", refusal.Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("do_sample")]
    [InlineData("temperature")]
    public void What_a_run_does_not_say_of_sampling_is_the_harnesss_own_greedy_way(string option)
    {
        var (question, report) = Export("sample_generate", 1);
        var file = Directory.GetFiles(_temp.Path, "samples_*.jsonl").Single();
        var line = JsonNode.Parse(File.ReadAllText(file))!;
        Assert.True(line["arguments"]!["gen_args_0"]!["arg_1"]!.AsObject().Remove(option));
        File.WriteAllText(file, line.ToJsonString());
        Assert.Equal(report.Items[0].Text, _evaluator.Import(HarnessRun.Open(_temp.Path), question).Items[0].Text);
    }

    /// <summary>A request that says no length gets the engine's: 256 tokens, unless the engine was started with another.</summary>
    [Theory]
    [InlineData("pretrained=x", true)]
    [InlineData("pretrained=x,max_gen_toks=16", false)]
    public void A_length_that_a_run_does_not_say_is_the_engines(string arguments, bool isImported)
    {
        var file = _temp.Write("short.yaml", Encoding.UTF8.GetBytes(string.Join('\n', File.ReadLines(Path.Combine(Samples, "tasks", "sample_generate.yaml")).Where(line => !line.Contains("max_gen_toks", StringComparison.Ordinal)))));
        var question = EvaluationQuestion.Read(EvaluationTask.Load(file), new EvaluationScope(Samples, 1));
        Export("sample_generate", 1);
        var samples = Directory.GetFiles(_temp.Path, "samples_*.jsonl").Single();
        var line = JsonNode.Parse(File.ReadAllText(samples))!;
        Assert.True(line["arguments"]!["gen_args_0"]!["arg_1"]!.AsObject().Remove("max_gen_toks"));
        File.WriteAllText(samples, line.ToJsonString());
        var results = Directory.GetFiles(_temp.Path, "results_*.json").Single();
        var run = JsonNode.Parse(File.ReadAllText(results))!;
        run["config"]!["model_args"] = arguments;
        File.WriteAllText(results, run.ToJsonString());
        var refusal = Record.Exception(() => _evaluator.Import(HarnessRun.Open(_temp.Path), question));
        Assert.Equal(isImported, refusal is null);
        Assert.True(isImported || refusal is ExchangeException { Fault: "the text was generated with another 'max_gen_toks' than the task's" }, refusal?.Message);
    }

    [Fact]
    public void Two_runs_in_one_folder_or_none_are_refused()
    {
        Assert.Contains("0 results files", Assert.Throws<ExchangeException>(() => HarnessRun.Open(_temp.Path)).Fault, StringComparison.Ordinal);
        Export("sample_routing", 1);
        _temp.Write("results_2020-01-01.json", "{}"u8);
        Assert.Contains("2 results files", Assert.Throws<ExchangeException>(() => HarnessRun.Open(_temp.Path)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_results_file_that_is_a_link_is_not_followed()
    {
        var file = _temp.Write("elsewhere.json", "{}"u8);
        Directory.CreateDirectory(_temp.PathTo("run"));
        File.CreateSymbolicLink(_temp.PathTo("run/results_1.json"), file);
        Assert.Contains("symbolic link", Assert.ThrowsAny<MalformedInputException>(() => HarnessRun.Open(_temp.PathTo("run"))).Fault, StringComparison.Ordinal);
    }

    /// <summary>The reference vectors hold what the harness's own evaluator kept; as files of a run they are read like any.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Vectors))]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    public void The_harnesss_own_samples_are_imported_with_its_metrics(string model, string name)
    {
        var root = SharedFolder.PathTo("vectors", "harness");
        File.Copy(Path.Combine(root, "results", model, name + ".jsonl"), _temp.PathTo($"samples_{name}_2026-01-01T00-00-00.000000.jsonl"));
        _temp.Write("results_2026-01-01T00-00-00.000000.json", """{"config": {"model": "hf", "model_args": {"pretrained": "x"}, "device": "cuda:0", "model_dtype": "torch.float32"}, "lm_eval_version": "0.4.13"}"""u8);
        using var evaluator = Evaluator.Open(new EvaluatorOptions { Model = Path.Combine(root, "models", model), Weights = [], Threads = 1, Version = "test" });
        var report = evaluator.Import(HarnessRun.Open(_temp.Path), EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(root, "tasks", name + ".yaml")), new EvaluationScope(root)));
        Assert.Equal(("lm-evaluation-harness", "0.4.13", "hf/torch.float32", "cuda"), (report.Engine.Name, report.Engine.Version, report.Engine.Procedure, report.Engine.Device));
        using var results = JsonDocument.Parse(File.ReadAllText(Path.Combine(root, "results", model, "results.bs1.json")));
        foreach (var metric in report.Metrics)
        {
            var expected = results.RootElement.GetProperty(name).EnumerateObject().Single(entry => entry.Name.StartsWith(metric.Name + ",", StringComparison.Ordinal)).Value.GetDouble();
            Assert.Equal(expected, metric.Value, 1e-9 * Math.Max(1, Math.Abs(expected)));
        }
    }

    public static TheoryData<string, string> Vectors
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var model in SharedFolder.Folders("vectors", "harness", "results").Take(1))
            {
                foreach (var file in SharedFolder.Files("vectors", "harness", "results", model).Where(name => name.EndsWith(".jsonl", StringComparison.Ordinal)))
                    cases.Add(model, Path.GetFileNameWithoutExtension(file));
            }
            return cases;
        }
    }

    private (EvaluationQuestion Question, EvaluationReport Report) Export(string name, int limit)
    {
        var question = EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(Samples, "tasks", name + ".yaml")), new EvaluationScope(Samples, limit));
        var report = _evaluator.Evaluate(question);
        var export = new HarnessExport(_temp.Path, "base", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        export.Add(question, _evaluator.Prepare(question), report);
        export.Finish([]);
        return (question, report);
    }
}
