using Loragate.Artifacts;
using Loragate.Testing;

namespace Loragate.Cli.Gate;

/// <summary>A gate whose report cannot be written says so before it signs or logs its decision, and leaves no report on another one behind.</summary>
public sealed class ReportRoomTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly string _dossier;
    private readonly string _ledger;
    private readonly FinishedDemo _demo;

    public ReportRoomTests(FinishedDemo demo)
    {
        _demo = demo;
        _dossier = _temp.Copy(demo.DossierOf("routing-good"), "dossier");
        _ledger = _temp.Copy(demo.Ledger, "ledger");
    }

    private string Ballast => Path.Combine(_dossier, "policy.yaml.sigstore.json");

    private Digest Decision => Digest.OfFile(Path.Combine(_dossier, "decision.json"));

    /// <summary>What the ledger says of the dossier's decision.</summary>
    private string[] Logged => ["ledger", "show", "--ledger", _ledger, "--vkey", _demo.VKey, "--about", Decision.Hex];

    [Fact]
    public void Evidence_that_no_report_carries_is_refused_before_the_decision_is_signed_or_logged()
    {
        var before = Files.Digests(_dossier);
        using (var file = File.Create(Ballast))
            file.SetLength(500 << 20);
        var refused = Gate();
        Assert.True(refused.ExitCode == 4, refused.Error);
        Assert.Contains("kept for signatures and proof; the largest are 'policy.yaml.sigstore.json' (524288000 bytes)", refused.Error, StringComparison.Ordinal);
        Assert.NotEqual(before["decision.json"], Decision);
        Assert.Equal(1, Executable.Run(Logged).ExitCode);
        Assert.All(["report.pdf", "verdict.sigstore.json", "seal.sigstore.json", "release"], left => Assert.False(Path.Exists(Path.Combine(_dossier, left)), left));
        Assert.Empty(Files.HalfWritten(_temp.Path));

        File.Delete(Ballast);
        var approved = Gate();
        Assert.True(approved.ExitCode == 0, approved.Error);
        Assert.Equal(0, Executable.Run(Logged).ExitCode);
        Assert.NotEqual(before["report.pdf"], Digest.OfFile(Path.Combine(_dossier, "report.pdf")));
        Executable.Must("verify", _dossier, "--key", _demo.PublicKey, "--vkey", _demo.VKey);
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>The demo's gate, by a policy that decides in other words.</summary>
    private ShellResult Gate() => Executable.Run(
        "gate", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--policy", TestPolicy.Pinned(_temp, ("forget nothing that matters", "forget nothing")),
        "--data", Executable.Samples, "--dossier", _dossier, "--key", _demo.Key, "--ledger", _ledger, "--ledger-key", _demo.LedgerKey, "--device", "cpu");
}
