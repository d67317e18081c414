using System.Text;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Remote;
using Loragate.Testing;
using static TorchSharp.torch;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>Scores of a server, from the command line to the decision.</summary>
public sealed class RemoteTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly LanguageModel _base;
    private readonly LanguageModel _attached;
    private readonly VllmStandIn _standIn;

    public RemoteTests()
    {
        using var checkpoint = Checkpoint.Open(Executable.Base);
        _base = LanguageModel.Load(checkpoint, Precision.Float32, CPU, TestContext.Current.CancellationToken);
        using var adapter = PeftAdapter.Open(Executable.Adapter("routing-good"), TestContext.Current.CancellationToken);
        _attached = _base.Attach(adapter);
        _standIn = new VllmStandIn(_base);
        _standIn.Serve(RemoteModel.NameOf(adapter.Identity.Digest), _attached);
        Executable.Must("probe", "--model", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--output", Probe, "--device", "cpu");
    }

    private string Probe => _temp.PathTo("routing-good.probe.json");

    private string[] Server => ["--remote", _standIn.Address.ToString(), "--remote-model", VllmStandIn.BaseId, "--probe", Probe];

    public void Dispose()
    {
        _standIn.Dispose();
        _attached.Dispose();
        _base.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void A_type_to_compute_in_is_not_asked_of_a_server()
    {
        var result = Executable.Run(["gate", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--dossier", _temp.PathTo("dossier"), "--dtype", "keep", .. Server]);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("--dtype goes without --remote", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_is_asked_once_and_the_report_says_that_it_answered()
    {
        var first = Evaluate();
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains("remote-unattested", first.Error, StringComparison.Ordinal);
        var report = Record.ReadFile<EvaluationReport>(_temp.PathTo("scores", "sample_facts.json"));
        Assert.Equal("vllm 0.11.0", report.Remote!.Server);
        Assert.NotNull(report.Model.AdapterDigest);
        var asked = _standIn.Completions;
        Assert.True(Evaluate().ExitCode == 0);
        var probe = Record.ReadFile<AdapterProbe>(Probe);
        Assert.Equal(4 * probe.Items.Count, _standIn.Completions - asked);
        Assert.Single(Directory.EnumerateFiles(_temp.PathTo("scores")));
    }

    [Fact]
    public void A_server_that_ignores_the_adapter_ends_an_evaluation_with_the_integrity_code()
    {
        _standIn.Fault = ServerFault.IgnoresAdapter;
        var result = Evaluate();
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("does not apply it", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.PathTo("scores", "sample_facts.json")));
    }

    [Fact]
    public void A_gate_counts_a_servers_scores_only_where_the_policy_accepts_them()
    {
        var policy = TestPolicy.Pinned(_temp, ("  routing:\n", "  routing:\n    acceptRemote: true\n"));
        var result = Executable.Run(
            ["gate", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--policy", policy, "--data", Executable.Samples, "--device", "cpu", "--dossier", _temp.PathTo("dossier"), "--json", .. Server]);
        Assert.True(result.ExitCode == 2, result.Error);
        var decision = Record.Parse<Decision>(Encoding.UTF8.GetBytes(result.Output.TrimEnd('\n')), "standard output");
        Assert.All(decision.Tasks, task => Assert.True(task.Remote));
        Assert.All(decision.Rules.Where(rule => rule.Task == "routing"), rule => Assert.Equal(Outcome.Passed, rule.Outcome));
        Assert.All(decision.Rules.Where(rule => rule.Task is not (null or "routing")), rule => Assert.Equal("evidence-remote", rule.Reason));
        Assert.Contains(decision.Rules, rule => rule.Task == "routing");
        Assert.Empty(Journals());
    }

    [Fact]
    public void A_gate_whose_server_broke_off_asks_only_for_the_rest_and_believes_no_answer_that_its_key_did_not_sign()
    {
        var policy = TestPolicy.Pinned(_temp, ("  routing:\n", "  routing:\n    acceptRemote: true\n"));
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("gate.pem"));
        string[] gate = ["gate", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--policy", policy, "--data", Executable.Samples, "--device", "cpu", "--dossier", _temp.PathTo("dossier"), "--key", _temp.PathTo("gate.pem"), "--json", .. Server];
        _standIn.FailsAfter = 60;
        var broken = Executable.Run(gate);
        Assert.Equal(4, broken.ExitCode);
        Assert.Contains("goes on from there", broken.Error, StringComparison.Ordinal);
        var journal = Assert.Single(Journals());
        var kept = File.ReadAllLines(journal);
        Assert.NotEmpty(kept);
        // Somebody turns one likelihood; the signature beside it is of what was there before.
        var planted = kept[0].Replace("\"logLikelihood\":-", "\"logLikelihood\":-1", StringComparison.Ordinal);
        Assert.NotEqual(kept[0], planted);
        File.WriteAllLines(journal, [planted, .. kept.Skip(1)]);

        _standIn.FailsAfter = _standIn.Completions + 60;
        Assert.Equal(4, Executable.Run(gate).ExitCode);
        var after = File.ReadAllLines(Assert.Single(Journals()));
        Assert.Equal([planted, .. kept.Skip(1)], after.Take(kept.Length));
        var added = after.Skip(kept.Length).ToList();
        Assert.Equal(Answer(kept[0]), Answer(Assert.Single(added, line => KeyOf(line) == KeyOf(kept[0]))));
        Assert.Empty(added.Select(KeyOf).Intersect(kept.Skip(1).Select(KeyOf)));
        Assert.True(added.Count > 1, "Nothing but the turned answer was asked for.");
    }

    [Theory]
    [InlineData("--probe")]
    [InlineData("--remote")]
    [InlineData("--remote-model")]
    public void The_options_of_a_server_go_together(string without)
    {
        var at = Array.IndexOf(Server, without);
        var result = Executable.Run(["evaluate", "--model", Executable.Base, "--tasks", Facts, "--data", Executable.Samples, "--output", _temp.PathTo("scores"), .. Server.Where((_, i) => i != at && i != at + 1)]);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("go together", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://host/")]
    [InlineData("host:8000")]
    public void An_address_that_is_none_is_a_usage_error(string address) =>
        Assert.Equal(64, Executable.Run(["evaluate", "--model", Executable.Base, "--tasks", Facts, "--data", Executable.Samples, "--output", _temp.PathTo("scores"), "--remote", address, .. Server.Skip(2)]).ExitCode);

    [Fact]
    public void A_key_is_read_from_a_file_of_one_line_and_never_sent_in_the_clear_to_another_machine()
    {
        _standIn.ApiKey = "secret";
        Assert.Contains("status 401", Evaluate().Error, StringComparison.Ordinal);
        var key = _temp.Write("key", "secret\n"u8.ToArray());
        Assert.True(Evaluate("--remote-key", key).ExitCode == 0);
        var elsewhere = Executable.Run(["evaluate", "--model", Executable.Base, "--tasks", Facts, "--data", Executable.Samples, "--output", _temp.PathTo("scores"), "--remote", "http://192.0.2.1:8000", .. Server.Skip(2), "--remote-key", key]);
        Assert.Equal(64, elsewhere.ExitCode);
        Assert.Contains("in the clear", elsewhere.Error, StringComparison.Ordinal);
        Assert.Equal(64, Evaluate("--remote-key", _temp.Write("text", "two words\n"u8.ToArray())).ExitCode);
    }

    private static string KeyOf(string line) => line.Split('"')[3];

    private static string Answer(string line) => line[..line.IndexOf(",\"signature\"", StringComparison.Ordinal)];

    private IEnumerable<string> Journals() => Directory.EnumerateFiles(_temp.PathTo("dossier", "evaluations"), "*.answers.jsonl", SearchOption.AllDirectories);

    private static string Facts => Path.Combine(Executable.Samples, "tasks", "sample_facts.yaml");

    private ShellResult Evaluate(params string[] more) => Executable.Run(
        ["evaluate", "--model", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--tasks", Facts, "--data", Executable.Samples, "--limit", "20", "--output", _temp.PathTo("scores"), .. Server, .. more]);
}
