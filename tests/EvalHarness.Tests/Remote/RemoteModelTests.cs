using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Journals;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Remote;

/// <summary>The remote engine against a server of our own over the sample's model, right and wrong.</summary>
public sealed class RemoteModelTests : IDisposable
{
    /// <summary>Nats: the server computes in float32 as we do, each request alone.</summary>
    private const double Tolerance = 1e-3;

    private static readonly string Samples = Repository.PathTo("samples");
    private static readonly string Base = Path.Combine(Samples, "base");

    private readonly TempFolder _temp = new();
    private readonly Checkpoint _checkpoint = Checkpoint.Open(Base);
    private readonly LanguageModel _base;
    private readonly LanguageModel _good;
    private readonly Evaluator _evaluator;
    private readonly Evaluator _attached;
    private readonly VllmStandIn _standIn;
    private readonly List<IDisposable> _open = [];

    public RemoteModelTests()
    {
        _base = LanguageModel.Load(_checkpoint, Precision.Float32, CPU, Cancellation);
        _good = Attach("routing-good");
        _evaluator = Evaluator.Open(new EvaluatorOptions { Model = Base, Weights = WeightsDigest.ComputeTensors(Base, 1), Threads = 1, Version = "test" });
        _attached = _evaluator.Attach(Adapter("routing-good"), Cancellation);
        Probe = _attached.MakeProbe(Cancellation);
        _standIn = new VllmStandIn(_base);
        _standIn.Serve(Name, _good);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AdapterProbe Probe { get; }

    private string Name => RemoteModel.NameOf(_attached.Model.AdapterDigest!.Value);

    public void Dispose()
    {
        _standIn.Dispose();
        _attached.Dispose();
        _evaluator.Dispose();
        _open.ForEach(one => one.Dispose());
        _base.Dispose();
        _checkpoint.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void A_server_gives_the_scores_that_are_computed_here_and_the_report_says_whose_they_are()
    {
        foreach (var evaluator in new[] { _evaluator, _attached })
        {
            var remote = Prove(evaluator);
            foreach (var task in new[] { "sample_routing", "sample_corpus" })
            {
                var question = Question(task, 12);
                var (here, there) = (evaluator.Evaluate(question, null, Cancellation), evaluator.Ask(remote, question, null, null, Cancellation));
                foreach (var (a, b) in here.Items.Zip(there.Items))
                {
                    Assert.All(a.LogLikelihoods.Zip(b.LogLikelihoods), pair => Assert.InRange(pair.First - pair.Second, -Tolerance, Tolerance));
                    Assert.Equal(a.Greedy, b.Greedy);
                }
                Assert.Equal(evaluator.Model, there.Model);
                Assert.Equal(RemoteRun.Unattested, there.Remote!.Evidence);
                Assert.Equal("vllm 0.11.0", there.Remote.Server);
                Assert.Equal(evaluator == _attached ? Name : VllmStandIn.BaseId, there.Remote.Model);
                Assert.Equal("remote", there.Engine.Device);
                Assert.True(evaluator.Answers(there, question, remote));
                Assert.False(evaluator.Answers(there, question));
                Assert.Null(here.Remote);
            }
        }
    }

    [Theory]
    [InlineData(ServerFault.IgnoresAdapter, "does not apply it")]
    [InlineData(ServerFault.StaleCache, "does not apply it")]
    [InlineData(ServerFault.Heated, "changes its log-probabilities")]
    public void A_server_of_something_else_is_found_by_the_probe(object fault, string words)
    {
        _standIn.Fault = (ServerFault)fault;
        Assert.Contains(words, Assert.Throws<IntegrityException>(() => Prove(_attached)).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServerFault.IgnoresHead, "lm_head")]
    [InlineData(ServerFault.IgnoresMlp, "model.layers.*.mlp.down_proj")]
    public void A_server_that_ignores_a_part_of_the_adapter_is_found_although_the_whole_is_within_its_tolerance(object fault, string part)
    {
        var folder = WithHead();
        using var evaluator = _evaluator.Attach(folder, Cancellation);
        var (name, probe) = (RemoteModel.NameOf(evaluator.Model.AdapterDigest!.Value), evaluator.MakeProbe(Cancellation));
        _standIn.Serve(name, Attach(folder));
        _standIn.Serve(ServerFault.IgnoresHead, Attach(folder, static module => module == "lm_head"));
        _standIn.Serve(ServerFault.IgnoresMlp, Attach(folder, static module => module.Contains(".mlp.", StringComparison.Ordinal)));
        using var server = new RemoteServer(Options(_standIn));
        RemoteModel.Prove(server, evaluator.Model, probe, Cancellation);
        var lost = Distance(probe, item => item.Without[part]) / Distance(probe, item => item.Base);
        TestContext.Current.TestOutputHelper?.WriteLine($"{part}: {lost:0.00} of the adapter's movement");
        Assert.InRange(lost, 0.01, 0.34);
        _standIn.Fault = (ServerFault)fault;
        Assert.Contains($"without '{part}'", Assert.Throws<IntegrityException>(() => RemoteModel.Prove(server, evaluator.Model, probe, Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_probe_tells_the_modules_of_each_name_apart_and_each_kind_of_layer()
    {
        using var evaluator = _evaluator.Attach(WithHead(), Cancellation);
        string[] parts = ["lm_head", "model.layers.*", "model.layers.*.mlp.down_proj", "model.layers.*.self_attn", "model.layers.*.self_attn.k_proj", "model.layers.*.self_attn.o_proj", "model.layers.*.self_attn.q_proj", "model.layers.*.self_attn.v_proj"];
        Assert.All(evaluator.MakeProbe(Cancellation).Items, item => Assert.Equal(parts, item.Without.Keys));
    }

    [Fact]
    public void A_probe_whose_sequences_tell_of_different_parts_is_refused()
    {
        using var server = new RemoteServer(Options(_standIn));
        foreach (var items in new ProbeItem[][] { [], [Probe.Items[0], Probe.Items[1] with { Without = new Dictionary<string, double>() }] })
            Assert.Contains("the same parts", Assert.Throws<IntegrityException>(() => RemoteModel.Prove(server, _attached.Model, Probe with { Items = items }, Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("routing-noop")]
    [InlineData("routing-biased")]
    [InlineData("routing-damaged")]
    [InlineData("routing-dora")]
    public void Another_adapter_under_the_name_is_found_by_the_probe(string other)
    {
        _standIn.Serve(Name, Attach(other));
        Assert.Contains("applies another", Assert.Throws<IntegrityException>(() => Prove(_attached)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_at_half_its_scale_is_found_by_the_probe()
    {
        var half = _temp.Copy(Adapter("routing-good"), "half");
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(half, "adapter_config.json")))!;
        config["lora_alpha"] = config["lora_alpha"]!.GetValue<double>() / 2;
        File.WriteAllText(Path.Combine(half, "adapter_config.json"), config.ToJsonString());
        _standIn.Serve(Name, Attach(half));
        Assert.Contains("applies a part of it", Assert.Throws<IntegrityException>(() => Prove(_attached)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_in_bfloat16_passes_the_probe_and_its_rounding_is_the_reports_noise()
    {
        using var rounded = LanguageModel.Load(_checkpoint, Precision.Stored, CPU, Cancellation);
        using var adapter = PeftAdapter.Open(Adapter("routing-good"), Cancellation);
        using var live = rounded.Attach(adapter);
        using var other = new VllmStandIn(rounded);
        other.Serve(Name, live);
        using var server = new RemoteServer(Options(other));
        var remote = RemoteModel.Prove(server, _attached.Model, Probe, Cancellation);
        Assert.InRange(remote.Description.ProbeDistance, 0.01, 0.5);
    }

    [Fact]
    public void Another_base_is_found_by_the_probe()
    {
        using var other = new VllmStandIn(Attach("routing-damaged"));
        using var server = new RemoteServer(Options(other));
        Assert.Contains("another base", Assert.Throws<IntegrityException>(() => RemoteModel.Prove(server, _evaluator.Model, Probe, Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServerFault.NullEntry, "is null")]
    [InlineData(ServerFault.OtherToken, "no log-probability of the token")]
    [InlineData(ServerFault.OneTokenMore, "where 24 were sent")]
    [InlineData(ServerFault.OneTokenLess, "where 24 were sent")]
    [InlineData(ServerFault.NoPromptLogprobs, "no prompt_logprobs")]
    [InlineData(ServerFault.Clamped, "is no log-probability")]
    [InlineData(ServerFault.AboveOne, "is no log-probability")]
    [InlineData(ServerFault.OtherModel, "is of the model")]
    [InlineData(ServerFault.OtherParent, "was loaded on 'another'")]
    [InlineData(ServerFault.Refuses, "LoRA is not enabled")]
    public void An_answer_that_is_none_is_an_error_and_never_a_score(object fault, string words)
    {
        _standIn.Fault = (ServerFault)fault;
        Assert.Contains(words, Assert.Throws<RemoteException>(() => Prove(_attached)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_fails_after_the_probe_is_an_error_too()
    {
        var remote = Prove(_attached);
        _standIn.Fault = ServerFault.NullEntry;
        Assert.Contains("is null", Assert.Throws<RemoteException>(() => _attached.Ask(remote, Question("sample_routing", 3), null, null, Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServerFault.BusyAtFirst)]
    [InlineData(ServerFault.BreaksOff)]
    public void A_busy_server_and_a_broken_connection_are_asked_again(object fault)
    {
        var question = Question("sample_routing", 6);
        var expected = _attached.Ask(Prove(_attached), question, null, null, Cancellation);
        _standIn.Fault = (ServerFault)fault;
        Assert.Equal(expected.ComputeDigest(), _attached.Ask(Prove(_attached), question, null, null, Cancellation).ComputeDigest());
    }

    [Fact]
    public void No_more_requests_are_under_way_than_was_said()
    {
        var remote = Prove(_attached);
        _standIn.Gathers = 3;
        _attached.Ask(remote, Question("sample_routing", 3), null, null, Cancellation);
        Assert.Equal(3, _standIn.MostAtOnce);
    }

    [Fact]
    public void A_run_that_broke_off_asks_only_for_the_rest()
    {
        var (journal, question) = (_temp.PathTo("answers.jsonl"), Question("sample_routing", 12));
        var whole = _attached.Ask(Prove(_attached), question, null, null, Cancellation);
        var remote = Prove(_attached);
        var before = _standIn.Completions;
        _standIn.FailsAfter = before + 20;
        Assert.Throws<RemoteException>(() => _attached.Ask(remote, question, new JournalFile(journal), null, Cancellation));
        File.AppendAllText(journal, "{\"key\":\"cut o");
        _standIn.FailsAfter = null;
        before = _standIn.Completions;
        var rest = _attached.Ask(remote, question, new JournalFile(journal), null, Cancellation);
        var asked = question.Data.Documents.Count * rest.Items[0].LogLikelihoods.Count;
        Assert.InRange(_standIn.Completions - before, 1, asked - 20);
        Assert.Equal(whole.ComputeDigest(), rest.ComputeDigest());
    }

    [Fact]
    public void Answers_are_found_again_though_the_server_is_a_little_further_from_the_probe()
    {
        var (journal, question) = (new JournalFile(_temp.PathTo("answers.jsonl")), Question("sample_facts", 4));
        var first = _attached.Ask(Prove(_attached), question, journal, null, Cancellation);
        _standIn.Offset = -1e-4;
        var again = Prove(_attached);
        Assert.NotEqual(first.Remote!.ProbeDistance, again.Description.ProbeDistance);
        var before = _standIn.Completions;
        Assert.Equal(first.Items.Select(item => item.LogLikelihoods), _attached.Ask(again, question, journal, null, Cancellation).Items.Select(item => item.LogLikelihoods));
        Assert.Equal(before, _standIn.Completions);
    }

    [Fact]
    public void Kept_answers_of_a_server_that_was_further_from_the_probe_keep_their_noise()
    {
        var (journal, question) = (new JournalFile(_temp.PathTo("answers.jsonl")), Question("sample_facts", 4));
        _standIn.Offset = -0.05;
        var first = _attached.Ask(Prove(_attached), question, journal, null, Cancellation);
        _standIn.Offset = 0;
        var again = Prove(_attached);
        Assert.True(again.Description.ProbeDistance < first.Remote!.ProbeDistance);
        Assert.Equal(first.ComputeDigest(), _attached.Ask(again, question, journal, null, Cancellation).ComputeDigest());
    }

    [Fact]
    public void A_servers_greedy_flags_are_as_near_to_turning_as_those_that_are_computed_here()
    {
        var rows = File.ReadLines(Path.Combine(Samples, "data", "corpus.txt")).Where(text => text.Length > 20 && text.All(char.IsAscii)).Take(12);
        File.WriteAllLines(_temp.PathTo("training_rows.jsonl"), rows.Select(text => new JsonObject { ["prefix"] = text[..text.LastIndexOf(' ')], ["rest"] = text[text.LastIndexOf(' ')..] }.ToJsonString()));
        var question = EvaluationQuestion.Read(EvaluationTask.Load(Repository.PathTo("policies", "tasks", "verbatim.yaml")), new EvaluationScope(_temp.Path));
        var (here, there) = (_attached.Evaluate(question, null, Cancellation), _attached.Ask(Prove(_attached), question, null, null, Cancellation));
        Assert.Equal(here.Items.Select(item => item.Greedy), there.Items.Select(item => item.Greedy));
        Assert.Equal(here.Items.Select(item => item.Unsteady?.Contains("acc") ?? false), there.Items.Select(item => item.Unsteady?.Contains("acc") ?? false));
    }

    [Theory]
    [InlineData("{\"key\"", "{\"kez\"")]
    [InlineData("\"isGreedy\":false", "\"isGreedy\":true")]
    [InlineData(",\"signature\":\"", ",\"signature\":\"AAAA")]
    [InlineData(",\"signature\":", ",\"unsigned\":")]
    public void An_answer_that_was_planted_in_a_sealed_journal_is_asked_for_again(string own, string planted)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var hash = System.Security.Cryptography.HashAlgorithmName.SHA256;
        var journal = new JournalFile(_temp.PathTo("answers.jsonl"), new JournalSeal(bytes => key.SignData(bytes, hash), (bytes, signature) => key.VerifyData(bytes, signature, hash)));
        var question = Question("sample_facts", 4);
        var remote = Prove(_attached);
        var whole = _attached.Ask(remote, question, journal, null, Cancellation);
        var before = _standIn.Completions;
        Assert.Equal(whole.ComputeDigest(), _attached.Ask(remote, question, journal, null, Cancellation).ComputeDigest());
        Assert.Equal(before, _standIn.Completions);
        var lines = File.ReadAllLines(journal.Path);
        var at = Array.FindIndex(lines, line => line.Contains(own, StringComparison.Ordinal));
        lines[at] = lines[at].Replace(own, planted, StringComparison.Ordinal);
        File.WriteAllLines(journal.Path, lines);
        Assert.Equal(whole.ComputeDigest(), _attached.Ask(remote, question, journal, null, Cancellation).ComputeDigest());
        Assert.Equal(lines.Length - at, _standIn.Completions - before);
    }

    [Fact]
    public void An_adapter_that_is_served_under_another_name_is_not_taken_for_it()
    {
        using var other = new VllmStandIn(_base);
        other.Serve("routing-good", _good);
        using var server = new RemoteServer(Options(other));
        var refusal = Assert.Throws<RemoteException>(() => RemoteModel.Prove(server, _attached.Model, Probe, Cancellation));
        Assert.Contains(Name, refusal.Advice, StringComparison.Ordinal);
        Assert.Contains("routing-good", refusal.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_does_not_fit_the_server_is_refused_and_nothing_is_cut()
    {
        using var small = new VllmStandIn(_base) { MaxLength = 30 };
        using var server = new RemoteServer(Options(small));
        var remote = RemoteModel.Prove(server, _evaluator.Model, Probe, Cancellation);
        Assert.Contains("the server takes 29", Assert.Throws<RemoteException>(() => _evaluator.Ask(remote, Question("sample_routing", 12), null, null, Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_probe_of_another_adapter_or_of_nothing_is_refused()
    {
        using var dora = _evaluator.Attach(Adapter("routing-dora"), Cancellation);
        using var server = new RemoteServer(Options(_standIn));
        Assert.Contains("another base or adapter", Assert.Throws<IntegrityException>(() => RemoteModel.Prove(server, dora.Model, Probe, Cancellation)).Fault, StringComparison.Ordinal);
        using var noop = _evaluator.Attach(Adapter("routing-noop"), Cancellation);
        Assert.Contains("moves random tokens by", Assert.Throws<ModelException>(() => noop.MakeProbe(Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_are_not_generated_by_a_server()
    {
        var remote = Prove(_attached);
        Assert.Contains("not for texts", Assert.Throws<RemoteException>(() => _attached.Ask(remote, Question("sample_generate", 2), null, null, Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_wants_a_key_gets_it_with_every_request_and_says_so_without()
    {
        _standIn.ApiKey = "secret";
        using var stranger = new RemoteServer(Options(_standIn));
        Assert.Contains("Give the key", Assert.Throws<RemoteException>(() => RemoteModel.Prove(stranger, _evaluator.Model, Probe, Cancellation)).Message, StringComparison.Ordinal);
        using var known = new RemoteServer(Options(_standIn) with { ApiKey = "secret" });
        var remote = RemoteModel.Prove(known, _evaluator.Model, Probe, Cancellation);
        Assert.Equal(2, _evaluator.Ask(remote, Question("sample_facts", 2), null, null, Cancellation).Items.Count);
    }

    [Fact]
    public void Where_nobody_listens_the_address_is_named()
    {
        _standIn.Dispose();
        using var server = new RemoteServer(Options(_standIn));
        Assert.Contains("127.0.0.1", Assert.Throws<RemoteException>(() => RemoteModel.Prove(server, _evaluator.Model, Probe, Cancellation)).Place, StringComparison.Ordinal);
    }

    private static string Adapter(string name) => Path.Combine(Samples, "adapters", name);

    private static RemoteOptions Options(VllmStandIn standIn) =>
        new() { Address = standIn.Address, BaseModel = VllmStandIn.BaseId, InFlight = 3, Timeout = TimeSpan.FromSeconds(30), FirstPause = TimeSpan.FromMilliseconds(1), Clock = TimeProvider.System };

    private static EvaluationQuestion Question(string task, int limit) =>
        EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(Samples, "tasks", task + ".yaml")), new EvaluationScope(Samples, limit));

    private RemoteModel Prove(Evaluator evaluator)
    {
        var server = new RemoteServer(Options(_standIn));
        _open.Insert(0, server);
        return RemoteModel.Prove(server, evaluator.Model, Probe, Cancellation);
    }

    private LanguageModel Attach(string nameOrFolder, Func<string, bool>? isIgnored = null)
    {
        using var adapter = PeftAdapter.Open(Path.Combine(Samples, "adapters", nameOrFolder), Cancellation);
        var model = isIgnored is null ? _base.Attach(adapter) : _base.AttachWithout(adapter, isIgnored);
        _open.Add(model);
        return model;
    }

    private static double Distance(AdapterProbe probe, Func<ProbeItem, double> other) => ProbeCheck.Distance([.. probe.Items.Select(other)], [.. probe.Items.Select(item => item.Adapter)]);

    /// <summary>The good adapter with factors of the head besides, of which head and MLPs move the answers little beside the rest.</summary>
    private string WithHead()
    {
        const float scale = 0.2f;
        const string head = "base_model.model.lm_head.lora_";
        var folder = _temp.Copy(Adapter("routing-good"), "with-head");
        var weights = Path.Combine(folder, PeftAdapter.WeightsFile);
        using var good = PeftAdapter.Open(Adapter("routing-good"), Cancellation);
        var random = new Random(3);
        List<(TensorPlan Plan, byte[] Bytes)> tensors =
        [
            .. good.Weights.Header.Tensors.Select(tensor => (new TensorPlan(tensor.Name, tensor.DType, [.. tensor.Shape]), good.Weights.ReadAll(tensor))),
            .. new[] { (Part: "A", Rows: 8L, Columns: 128L), (Part: "B", Rows: (long)_base.VocabularySize, Columns: 8L) }
                .Select(factor => (new TensorPlan($"{head}{factor.Part}.weight", DType.F32, [factor.Rows, factor.Columns]), Random(factor.Rows * factor.Columns))),
        ];
        File.Delete(weights);
        using var writer = SafetensorsWriter.Create(weights, [.. tensors.Select(tensor => tensor.Plan)], new Dictionary<string, string>());
        foreach (var (plan, bytes) in tensors)
            writer.Write(plan.Name, 0, bytes);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!;
        config["target_modules"]!.AsArray().Add("lm_head");
        config["alpha_pattern"] = new JsonObject { ["down_proj"] = 2 };
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), config.ToJsonString());
        return folder;

        byte[] Random(long count) => [.. Enumerable.Range(0, (int)count).SelectMany(_ => BitConverter.GetBytes(scale * (float)(random.NextDouble() - 0.5)))];
    }
}
