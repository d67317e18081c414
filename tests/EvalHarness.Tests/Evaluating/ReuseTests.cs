using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>A score answers exactly one question: of these bytes, and of no others.</summary>
public sealed class ReuseTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly string _samples;
    private readonly EvaluationReport _report;

    public ReuseTests()
    {
        _samples = _temp.Copy(Repository.PathTo("samples"), "samples");
        using var run = new Run(_samples);
        _report = run.Evaluator.Evaluate(run.Question, null, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_same_bytes_in_another_folder_are_the_same_question()
    {
        using var run = new Run(_temp.Copy(_samples, "elsewhere"));
        Assert.True(run.Evaluator.Answers(_report, run.Question));
    }

    [Theory]
    [InlineData("base/model.safetensors", 2_000_000)]
    [InlineData("base/tokenizer.json", -1)]
    [InlineData("base/tokenizer_config.json", -1)]
    [InlineData("base/generation_config.json", -1)]
    [InlineData("base/config.json", -1)]
    [InlineData("adapters/routing-good/adapter_model.safetensors", 20_000)]
    [InlineData("adapters/routing-good/adapter_config.json", -1)]
    [InlineData("tasks/sample_routing.yaml", -1)]
    [InlineData("data/routing.jsonl", -1)]
    public void One_byte_changed_is_another_question(string file, int position)
    {
        Change(Path.Combine(_samples, file), position);
        using var run = new Run(_samples);
        Assert.False(run.Evaluator.Answers(_report, run.Question));
    }

    [Fact]
    public void Fewer_rows_and_another_engine_are_another_question()
    {
        using var run = new Run(_samples);
        Assert.False(run.Evaluator.Answers(_report, run.Ask(limit: 5)));
        Assert.False(run.Evaluator.Answers(_report with { Engine = _report.Engine with { Version = "other" } }, run.Question));
        Assert.False(run.Evaluator.Answers(_report with { Engine = _report.Engine with { Device = "cuda" } }, run.Question));
    }

    [Fact]
    public void Figures_that_do_not_follow_from_the_answers_and_answers_of_others_are_another_question()
    {
        using var run = new Run(_samples);
        bool Holds(EvaluationReport report) => run.Evaluator.Answers(report, run.Question);
        EvaluationReport With(params IEnumerable<EvaluatedItem> items) => _report with { Items = [.. items] };
        var likely = _report.Items.First(item => item.Scores["acc"] == 1);
        var wrong = likely with { Scores = new Dictionary<string, double>(likely.Scores) { ["acc"] = 0 } };
        Assert.True(Holds(With(_report.Items)));
        Assert.False(Holds(With(_report.Items.Select(item => item == likely ? wrong : item)) with { Metrics = Evaluator.Aggregate(run.Question, [.. _report.Items.Select(item => item == likely ? wrong : item)]) }));
        Assert.False(Holds(With(_report.Items.Select(item => item with { LogLikelihoods = [.. item.LogLikelihoods.Select(ll => -100 - ll)] }))));
        Assert.False(Holds(_report with { Repeated = [1] }));
        Assert.False(Holds(_report with { Unanswerable = [1] }));
        var digest = _report.Model.WeightsDigest;
        Assert.False(Holds(_report with { Imported = new ImportedRun("other", "", digest, digest) }));
        Assert.False(Holds(_report with { Remote = new RemoteRun("remote-unattested", "vllm", "m", null, 1, digest, 0) }));
    }

    [Theory]
    [InlineData("sample_routing")]
    [InlineData("sample_pairs")]
    [InlineData("sample_corpus")]
    [InlineData("sample_facts")]
    [InlineData("sample_generate")]
    public void A_report_of_every_kind_of_task_answers_its_question_again(string task)
    {
        using var run = new Run(_samples);
        var question = run.Ask(limit: 40, task);
        Assert.True(run.Evaluator.Answers(run.Evaluator.Evaluate(question, null, TestContext.Current.CancellationToken), question));
    }

    [Theory]
    [InlineData("sample_routing")]
    [InlineData("sample_generate")]
    [InlineData("pairs")]
    public void A_report_with_another_number_of_answers_than_requests_is_another_question(string task)
    {
        WritePairs();
        using var run = new Run(_samples);
        var question = run.Ask(limit: 1, task);
        var report = run.Evaluator.Evaluate(question, null, TestContext.Current.CancellationToken);
        bool Holds(Func<EvaluatedItem, EvaluatedItem> change) => run.Evaluator.Answers(report with { Items = [.. report.Items.Select(change)] }, question);
        Assert.True(Holds(item => item));
        Assert.False(Holds(item => item with { LogLikelihoods = [.. item.LogLikelihoods, -1000] }));
        Assert.False(Holds(item => item with { Greedy = [.. item.Greedy, false] }));
        Assert.False(Holds(item => item with { LogLikelihoods = [.. item.LogLikelihoods, -1000], Greedy = [.. item.Greedy, false] }));
        Assert.False(Holds(item => item with { LogLikelihoods = [], Greedy = [], Text = null }));
        Assert.False(Holds(item => item with { Text = item.Text is null ? "x" : null }));
    }

    [Fact]
    public void Coin_flips_unsteady_scores_and_cut_rows_that_a_report_cannot_have_are_another_question()
    {
        using var run = new Run(_samples);
        var question = run.Ask(limit: 120, task: "sample_pairs");
        var report = run.Evaluator.Evaluate(question, null, TestContext.Current.CancellationToken);
        bool Holds(EvaluationReport other) => run.Evaluator.Answers(other, question);
        bool HoldsItem(Func<EvaluatedItem, EvaluatedItem> change, bool isFlip) => Holds(report with { Items = [.. report.Items.Select(item => (item.Unsteady is not null) == isFlip ? change(item) : item)] });
        Assert.NotEmpty(report.CoinFlips);
        Assert.True(Holds(report));
        Assert.False(Holds(report with { CoinFlips = [0, 0, 999, -5] }));
        Assert.False(Holds(report with { CoinFlips = [.. report.CoinFlips.Skip(1)] }));
        Assert.False(Holds(report with { CoinFlips = [.. report.Items.Select(item => item.Id)] }));
        Assert.False(HoldsItem(item => item with { Unsteady = ["acc", "zz"] }, isFlip: false));
        Assert.False(HoldsItem(item => item with { Unsteady = ["acc"] }, isFlip: false));
        Assert.False(HoldsItem(item => item with { Unsteady = [] }, isFlip: false));
        Assert.False(HoldsItem(item => item with { Unsteady = null }, isFlip: true));
        Assert.False(Holds(report with { Unanswerable = [] }));
        Assert.False(Holds(report with { Truncated = [999] }));
        Assert.True(Holds(report with { Truncated = [0, 2] }));
    }

    [Fact]
    public void A_greedy_flag_that_is_near_to_turning_is_believed_of_the_score_that_it_turns()
    {
        _temp.Write("samples/tasks/verbatim.yaml", """
            task: verbatim
            dataset_path: json
            dataset_kwargs: {data_files: {test: data/facts.jsonl}}
            test_split: test
            output_type: loglikelihood
            doc_to_text: "The answer"
            doc_to_target: " is this."
            """u8);
        using var run = new Run(_samples);
        var question = run.Ask(limit: 4, task: "verbatim");
        var report = run.Evaluator.Evaluate(question, null, TestContext.Current.CancellationToken);
        bool Holds(params string[] unsteady) => run.Evaluator.Answers(report with { Items = [.. report.Items.Select(item => item with { Unsteady = unsteady })] }, question);
        Assert.True(Holds("acc"));
        Assert.False(Holds("loglikelihood"));
        Assert.False(Holds("acc", "acc"));
    }

    [Fact]
    public void Carried_columns_that_are_not_the_rows_are_another_question()
    {
        using var run = new Run(_samples);
        var question = run.Ask(limit: 6, task: "sample_pairs", "group");
        var report = run.Evaluator.Evaluate(question, null, TestContext.Current.CancellationToken);
        bool Holds(IReadOnlyDictionary<string, string>? fields) => run.Evaluator.Answers(report with { Items = [.. report.Items.Select((item, i) => i == 0 ? item with { Fields = fields } : item)] }, question);
        var own = report.Items[0].Fields!;
        Assert.True(Holds(own));
        Assert.False(Holds(new Dictionary<string, string> { ["group"] = "other" }));
        Assert.False(Holds(new Dictionary<string, string>(own) { ["more"] = "x" }));
        Assert.False(Holds(null));
        Assert.False(run.Evaluator.Answers(_report with { Items = [.. _report.Items.Select(item => item with { Fields = own })] }, run.Question));
    }

    [Fact]
    public void Scores_by_the_token_answer_their_question_again_though_a_report_does_not_hold_the_tokens()
    {
        WritePairs();
        using var run = new Run(_samples);
        var question = run.Ask(limit: 1, task: "pairs");
        var report = run.Evaluator.Evaluate(question, null, TestContext.Current.CancellationToken);
        Assert.True(run.Evaluator.Answers(report, question));
        Assert.False(run.Evaluator.Answers(report with { Metrics = [.. report.Metrics.Select(metric => metric with { Value = metric.Value + 1 })] }, question));
        Assert.False(run.Evaluator.Answers(report with { Items = [.. report.Items.Select(item => item with { Unsteady = ["acc"] })] }, question));
    }

    private void WritePairs()
    {
        _temp.Write("samples/tasks/pairs.yaml", """
            task: pairs
            dataset_path: json
            dataset_kwargs: {data_files: {test: data/sentences.jsonl}}
            test_split: test
            output_type: multiple_choice
            doc_to_text: ""
            doc_to_target: 0
            doc_to_choice: !function utils.crows_choice
            target_delimiter: ""
            process_results: !function utils.crows_results_per_token
            metric_list: [{metric: pct_stereotype}, {metric: likelihood_diff}]
            metadata: {version: 1.0}
            """u8);
        _temp.Write("samples/data/sentences.jsonl", """{"sent_more": "The clerk said that he is late.", "sent_less": "The clerk said that she is very late."}"""u8);
    }

    /// <summary>Another byte of the same meaning where there is one: white space between values of JSON, or a letter of a text.</summary>
    private static void Change(string path, int position)
    {
        var bytes = File.ReadAllBytes(path);
        var at = position >= 0 ? position : Path.GetExtension(path) switch
        {
            ".jsonl" => bytes.AsSpan().IndexOf("\"text\": \""u8) is >= 0 and var text ? text + 9 : bytes.AsSpan().IndexOf("a"u8),
            ".yaml" => bytes.AsSpan().LastIndexOf("1.0"u8) + 2,
            _ => bytes.AsSpan().IndexOfAny((byte)'\n', (byte)' '),
        };
        Assert.InRange(at, 0, bytes.Length - 1);
        bytes[at] = bytes[at] switch { (byte)'\n' => (byte)' ', (byte)' ' => (byte)'\n', var other => (byte)(other ^ 1) };
        File.WriteAllBytes(path, bytes);
    }

    private sealed class Run : IDisposable
    {
        private readonly string _samples;
        private readonly Evaluator _base;

        public Run(string samples)
        {
            _samples = samples;
            var folder = Path.Combine(samples, "base");
            _base = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 1), Threads = 1, Version = "test" });
            Evaluator = _base.Attach(Path.Combine(samples, "adapters", "routing-good"), TestContext.Current.CancellationToken);
            Question = Ask(limit: 6);
        }

        public Evaluator Evaluator { get; }

        public EvaluationQuestion Question { get; }

        public EvaluationQuestion Ask(int limit, string task = "sample_routing", params string[] fields) =>
            EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(_samples, "tasks", $"{task}.yaml")), new EvaluationScope(_samples, limit, fields));

        public void Dispose()
        {
            Evaluator.Dispose();
            _base.Dispose();
        }
    }
}
