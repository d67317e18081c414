using Loragate.EvalHarness.Tasks;
using Loragate.Testing;

namespace Loragate.Cli.Gate;

public sealed class GatePlacesTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public GatePlacesTests()
    {
        foreach (var folder in (string[])["base", "adapter", "dossier", "cache", "ledger", "out"])
            Directory.CreateDirectory(_temp.PathTo(folder));
    }

    [Fact]
    public void Places_that_are_apart_are_taken() => GatePlaces.Check(Apart());

    [Theory]
    [InlineData("dossier", "base")]
    [InlineData("base/dossier", "base")]
    [InlineData("adapter/dossier", "adapter")]
    [InlineData("cache", "cache")]
    [InlineData("ledger/x/..", "ledger")]
    [InlineData(".", "base")]
    public void A_dossier_that_overlaps_another_place_is_refused(string dossier, string other)
    {
        var request = Apart() with { Dossier = _temp.PathTo(dossier) };
        if (dossier == "dossier")
            request = request with { Base = _temp.PathTo("dossier", "merged") };
        Assert.Contains($"--{other}", Refusal(request), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_a_place_is_that_place()
    {
        Directory.CreateSymbolicLink(_temp.PathTo("link"), _temp.PathTo("base"));
        Assert.Contains("overlap", Refusal(Apart() with { Dossier = _temp.PathTo("link") }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_under_a_linked_folder_is_that_place()
    {
        Directory.CreateSymbolicLink(_temp.PathTo("alias"), _temp.Path);
        Assert.Contains("overlap", Refusal(Apart() with { Dossier = _temp.PathTo("alias", "base", "dossier") }), StringComparison.Ordinal);
        Assert.Contains("the same file", Refusal(Apart() with { Report = _temp.PathTo("alias", "gate.pem") }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dossier_in_the_runs_of_another_harness_is_refused() => Assert.Contains("--imported", Refusal(Apart() with { Imported = _temp.PathTo("dossier") }), StringComparison.Ordinal);

    /// <summary>A copy of an earlier run is removed before anything is scored, so a slip of the name would cost the data.</summary>
    [Theory]
    [InlineData("tasks/sample_routing.yaml")]
    [InlineData("data/routing.jsonl")]
    public void A_copy_in_the_place_of_what_a_task_reads_is_refused_and_removes_nothing(string file)
    {
        var samples = _temp.Copy(Executable.Samples, "samples");
        var place = Path.Combine(samples, file);
        var before = File.ReadAllBytes(place);
        var task = EvaluationTask.Load(Path.Combine(samples, "tasks", "sample_routing.yaml"));
        var request = Apart() with { DataRoot = samples, Summary = place };
        Assert.Contains("a task reads", Assert.Throws<UsageException>(() => GatePlaces.CheckTasks(request, [task])).Message, StringComparison.Ordinal);
        GatePlaces.CheckTasks(request with { Summary = place + ".md" }, [task]);
        Assert.Equal(before, File.ReadAllBytes(place));
    }

    [Theory]
    [InlineData("dossier/gate.pem", "handed the key")]
    [InlineData("ledger/gate.pem", "handed the key")]
    public void A_key_in_a_folder_that_is_handed_on_is_refused(string key, string why) => Assert.Contains(why, Refusal(Apart() with { Signing = new SignerSource(_temp.PathTo(key)) }), StringComparison.Ordinal);

    [Theory]
    [InlineData("out", "is a folder")]
    [InlineData("nowhere/report.pdf", "there is no folder")]
    [InlineData("adapter/report.pdf", "what is judged or sealed")]
    [InlineData("dossier/run.json", "what is judged or sealed")]
    [InlineData("out/gate.sarif", "the same file")]
    [InlineData("out/gate.md", "the same file")]
    [InlineData("gate.pem", "the same file")]
    public void A_copy_of_the_report_that_cannot_be_written_or_would_overwrite_is_refused(string report, string why) => Assert.Contains(why, Refusal(Apart() with { Report = _temp.PathTo(report) }), StringComparison.Ordinal);

    [Fact]
    public void A_gate_refuses_them_before_any_work()
    {
        var result = Executable.Run("gate", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--policy", Executable.DemoPolicy, "--data", Executable.Samples,
            "--dossier", _temp.PathTo("new"), "--sarif", _temp.PathTo("nowhere", "gate.sarif"));
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("--sarif", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("new")));
    }

    public void Dispose() => _temp.Dispose();

    private static string Refusal(GateRequest request) => Assert.Throws<UsageException>(() => GatePlaces.Check(request)).Message;

    private GateRequest Apart() => new()
    {
        Base = _temp.PathTo("base"),
        Adapter = _temp.PathTo("adapter"),
        Policy = _temp.PathTo("policy.yaml"),
        DataRoot = _temp.Path,
        Dossier = _temp.PathTo("dossier"),
        Cache = _temp.PathTo("cache"),
        Ledger = _temp.PathTo("ledger"),
        LedgerKey = _temp.PathTo("ledger.pem"),
        Signing = new SignerSource(_temp.PathTo("gate.pem")),
        Report = _temp.PathTo("out", "report.pdf"),
        Sarif = _temp.PathTo("out", "gate.sarif"),
        JUnit = _temp.PathTo("out", "gate.xml"),
        Summary = _temp.PathTo("out", "gate.md"),
    };
}
