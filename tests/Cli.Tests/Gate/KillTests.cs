using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>A gate that is killed and started again ends like one that nobody disturbed.</summary>
public sealed class KillTests : IDisposable
{
    private readonly SampleGate _gate = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_gate_killed_after_a_random_time_ends_as_if_undisturbed(int seed)
    {
        // From the start of the process to well after the sample's usual end.
        var moment = TimeSpan.FromMilliseconds(new Random(seed).Next(300, 8000));
        using (var run = Executable.Start(_gate.Arguments()))
        {
            run.WaitFor(moment);
            run.Kill();
        }
        AssertEndsAsUndisturbed();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void A_gate_killed_near_a_random_file_ends_as_if_undisturbed(int seed)
    {
        var random = new Random(seed);
        string[] moments = ["run.json", "merged.partial", "merge-receipt.json", "decision.json", "decision.tlog-proof", "model.sig", "verdict.sigstore.json", "report.pdf", "release.building.partial", "release"];
        using (var run = Executable.Start(_gate.Arguments()))
        {
            run.WaitFor(Path.Combine(_gate.Dossier, moments[random.Next(moments.Length)]));
            run.WaitFor(TimeSpan.FromMilliseconds(random.Next(30)));
            run.Kill();
        }
        AssertEndsAsUndisturbed();
    }

    public void Dispose() => _gate.Dispose();

    private void AssertEndsAsUndisturbed()
    {
        var undisturbed = Undisturbed.Dossier;
        var result = Executable.Must(_gate.Arguments());
        Assert.Contains("Approved", result.Error, StringComparison.Ordinal);
        Assert.Empty(Files.HalfWritten(_gate.Temp.Path));
        Assert.Equal(Files.Of(undisturbed), Files.Of(_gate.Dossier));
        foreach (var record in Files.Of(undisturbed).Where(IsRecord))
            Assert.Equal(Bytes(undisturbed, record), Bytes(_gate.Dossier, record));
        Assert.Equal(Day(undisturbed) with { }, Day(_gate.Dossier) with { AsOf = Day(undisturbed).AsOf }, (a, b) => a.ComputeDigest() == b.ComputeDigest());
        Executable.Must("verify", _gate.Dossier, "--key", _gate.Key + ".pub", "--vkey", _gate.VKey);
        var (ledger, log) = (LedgerFolder.Open(_gate.Ledger), LedgerVerifier.Read(_gate.VKey));
        Assert.True(ledger.Verify(log, []).IsValid);
        Assert.Equal(["plan", "decision", "release"], ledger.ReadEntries(log).Select(entry => LedgerEntry.Parse(entry, _gate.Ledger).Type));
    }

    /// <summary>The decision may be of another day (midnight), the run and the bill of materials that tells its time are of another moment; signatures and what embeds them differ always.</summary>
    private static bool IsRecord(string file) =>
        file.EndsWith(".json", StringComparison.Ordinal) && !file.EndsWith(".sigstore.json", StringComparison.Ordinal) && Path.GetFileName(file) is not ("run.json" or "decision.json" or "bom.cdx.json")
        || file.StartsWith("merged/", StringComparison.Ordinal);

    private static byte[] Bytes(string dossier, string file) => File.ReadAllBytes(Path.Combine(dossier, file));

    private static Decision Day(string dossier) => Record.ReadFile<Decision>(Path.Combine(dossier, "decision.json"));

    /// <summary>One gate of the same adapter that nobody disturbed.</summary>
    private static class Undisturbed
    {
        private static readonly Lazy<SampleGate> Gate = new(() =>
        {
            var gate = new SampleGate();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => gate.Dispose();
            Executable.Must(gate.Arguments());
            return gate;
        });

        public static string Dossier => Gate.Value.Dossier;
    }
}
