using Loragate.Artifacts;
using Loragate.Testing;

namespace Loragate.Cli.Gate;

/// <summary>What an earlier gate decided, signed and drew stays in a dossier for exactly as long as the records that it was made of.</summary>
public sealed class StaleOutputTests(FinishedDemo demo) : IDisposable
{
    private static readonly string[] Outputs =
    [
        "seal.sigstore.json", "decision.json", "decision.json.sigstore.json", "verdict.sigstore.json", "report.pdf", "decision.tlog-proof", "report.tlog-proof", "model.sig", "merge.sigstore.json", "evaluation.sigstore.json",
        "bom.cdx.json", "policy.yaml", "gate.pub.pem", "ledger.vkey",
    ];

    private readonly TempFolder _temp = new();

    [Fact]
    public void A_gate_over_another_adapter_that_ends_before_its_decision_leaves_nothing_of_the_earlier_one()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-good"), "dossier");
        Assert.True(Directory.Exists(Path.Combine(dossier, "release")));
        var result = Gate(dossier, "routing-damaged", OtherPlan());
        Assert.True(result.ExitCode == 3, result.Error);
        Assert.All(Outputs, file => Assert.False(File.Exists(Path.Combine(dossier, file)), file));
        Assert.False(Directory.Exists(Path.Combine(dossier, "release")));
        Assert.NotEqual(Digest.OfFile(Path.Combine(demo.DossierOf("routing-good"), "inspection.json")), Digest.OfFile(Path.Combine(dossier, "inspection.json")));
    }

    [Fact]
    public void A_gate_that_ends_before_any_record_changes_leaves_the_earlier_dossier_whole()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-good"), "dossier");
        var before = Files.Digests(dossier);
        Assert.Equal(3, Gate(dossier, "routing-good", OtherPlan()).ExitCode);
        Assert.Equal(before, Files.Digests(dossier));
        Executable.Must("verify", dossier, "--key", demo.PublicKey, "--vkey", demo.VKey);
    }

    [Fact]
    public void Inputs_that_are_bad_take_nothing_away()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-good"), "dossier");
        var before = Files.Digests(dossier);
        var sarif = _temp.Write("ci/good.sarif", "{}"u8);
        _temp.Write("empty/adapter_config.json", "{"u8);
        Assert.Equal(4, Run(dossier, _temp.PathTo("empty"), Executable.DemoPolicy, Executable.Base, "--sarif", sarif).ExitCode);
        Assert.Equal(4, Run(dossier, Executable.Adapter("routing-good"), Executable.DemoPolicy, _temp.PathTo("empty"), "--sarif", sarif).ExitCode);
        Assert.Equal(4, Run(dossier, Executable.Adapter("routing-good"), Executable.DemoPolicy, Executable.Base, "--sarif", sarif, "--trials", _temp.PathTo("empty")).ExitCode);
        Assert.Equal(4, Run(dossier, Executable.Adapter("routing-good"), Executable.DemoPolicy, Executable.Base, "--sarif", sarif, "--previous", _temp.PathTo("empty")).ExitCode);
        Assert.Equal(before, Files.Digests(dossier));
        Assert.True(File.Exists(sarif));
    }

    [Fact]
    public void A_merge_that_is_made_anew_and_fails_leaves_nothing_of_what_was_decided_of_the_one_before()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A limit on the size of files stands for a full disk.");
        var dossier = _temp.Copy(demo.DossierOf("routing-good"), "dossier");
        var inspection = Digest.OfFile(Path.Combine(dossier, "inspection.json"));
        File.Delete(Path.Combine(dossier, "merge-receipt.json"));
        var command = string.Join(' ', Arguments(dossier, Executable.Adapter("routing-good"), Executable.DemoPolicy, Executable.Base).Select(part => $"'{part}'"));
        var full = Shell.Run("bash", AppContext.BaseDirectory, ["-c", $"ulimit -f 1024; DOTNET_EnableWriteXorExecute=0 exec dotnet loragate.dll {command}"]);
        Assert.True(full.ExitCode == 4, full.Error);
        Assert.Equal(inspection, Digest.OfFile(Path.Combine(dossier, "inspection.json")));
        Assert.False(Directory.Exists(Path.Combine(dossier, "merged")) || Directory.Exists(Path.Combine(dossier, "release")));
        Assert.All(Outputs, file => Assert.False(File.Exists(Path.Combine(dossier, file)), file));
    }

    [Fact]
    public void A_gate_that_ends_before_its_decision_leaves_no_copy_or_form_of_an_earlier_report()
    {
        string[] copies = ["report.pdf", "good.sarif", "good.xml", "good.md"];
        foreach (var copy in copies)
            _temp.Write($"ci/{copy}", "earlier"u8);
        var result = Gate(
            _temp.Copy(demo.DossierOf("routing-good"), "dossier"), "routing-good", OtherPlan(),
            "--report", _temp.PathTo("ci", "report.pdf"), "--sarif", _temp.PathTo("ci", "good.sarif"), "--junit", _temp.PathTo("ci", "good.xml"), "--summary", _temp.PathTo("ci", "good.md"));
        Assert.True(result.ExitCode == 3, result.Error);
        Assert.All(copies, copy => Assert.False(File.Exists(_temp.PathTo("ci", copy)), copy));
    }

    [Fact]
    public void What_was_logged_elsewhere_does_not_stay_beside_what_another_ledger_holds()
    {
        using var other = new SampleGate();
        var (dossier, first) = (_temp.Copy(demo.DossierOf("routing-good"), "dossier"), demo.DossierOf("routing-good"));
        var result = Gate(dossier, "routing-good", OtherPlan(), "--ledger", other.Ledger, "--ledger-key", other.LedgerKey);
        Assert.True(result.ExitCode == 0, result.Error);
        string[] renewed = ["plan.tlog-proof", "decision.tlog-proof", "ledger.vkey", "decision.json", "report.pdf"];
        Assert.All(renewed, file => Assert.NotEqual(File.ReadAllBytes(Path.Combine(first, file)), File.ReadAllBytes(Path.Combine(dossier, file))));
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>A policy whose plan is not the one that the dossier's scores were made by.</summary>
    private string OtherPlan() => TestPolicy.Pinned(_temp, ("margin: 0.1", "margin: 0.2"));

    private ShellResult Gate(string dossier, string adapter, string policy, params string[] more) => Run(dossier, Executable.Adapter(adapter), policy, Executable.Base, more);

    private ShellResult Run(string dossier, string adapter, string policy, string @base, params string[] more) => Executable.Run(Arguments(dossier, adapter, policy, @base, more));

    private string[] Arguments(string dossier, string adapter, string policy, string @base, params string[] more) =>
        ["gate", "--base", @base, "--adapter", adapter, "--policy", policy, "--data", Executable.Samples, "--dossier", dossier, "--key", demo.Key, "--device", "cpu", .. more];
}
