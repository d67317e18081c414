using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>Whoever can write to a dossier or a cache cannot plant evidence in it.</summary>
public sealed class ReuseTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void A_report_changed_by_hand_is_made_again_and_said()
    {
        const string Report = "evaluations/candidate/facts.json";
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var before = Files.Digests(dossier);
        Forge(Path.Combine(dossier, Report), key: null);
        var result = Gate("routing-damaged", dossier);
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Contains($"{Report} was not reused", result.Error, StringComparison.Ordinal);
        Assert.Equal(before[Report], Digest.OfFile(Path.Combine(dossier, Report)));
        AssertSameDecision("routing-damaged", dossier);
    }

    [Fact]
    public void A_report_signed_with_another_key_is_made_again_and_said()
    {
        const string Report = "evaluations/candidate/facts.json";
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("attacker.pem"));
        using var attacker = SigningKey.Read(_temp.PathTo("attacker.pem"));
        Forge(Path.Combine(dossier, Report), attacker);
        var result = Gate("routing-damaged", dossier);
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Contains($"{Report} was not reused", result.Error, StringComparison.Ordinal);
        AssertSameDecision("routing-damaged", dossier);
    }

    [Fact]
    public void An_inspection_changed_by_hand_is_made_again_and_said()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-noop"), "dossier");
        var path = Path.Combine(dossier, "inspection.json");
        var honest = File.ReadAllBytes(path);
        File.WriteAllBytes(path, (Record.ReadFile<Inspection>(path) with { Findings = [] }).ToCanonicalJson());
        var result = Gate("routing-noop", dossier);
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Contains("inspection.json was not reused", result.Error, StringComparison.Ordinal);
        Assert.Equal(honest, File.ReadAllBytes(path));
    }

    [Fact]
    public void Merged_weights_changed_by_hand_are_merged_again_and_said()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var weights = Path.Combine(dossier, "merged", "model.safetensors");
        var honest = Files.FlipBit(weights, new Random(7));
        var result = Gate("routing-damaged", dossier);
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Contains("merged was not reused", result.Error, StringComparison.Ordinal);
        Assert.Equal(honest, File.ReadAllBytes(weights));
        AssertSameDecision("routing-damaged", dossier);
    }

    [Fact]
    public void A_run_record_changed_by_hand_takes_all_records_with_it()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-noop"), "dossier");
        var path = Path.Combine(dossier, "run.json");
        var forged = Record.ReadFile<Run>(path) with { Created = new DateTimeOffset(2199, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        File.WriteAllBytes(path, forged.ToCanonicalJson());
        var result = Gate("routing-noop", dossier);
        Assert.Contains("run.json was not reused", result.Error, StringComparison.Ordinal);
        Assert.NotEqual(forged.Created, Record.ReadFile<Run>(path).Created);
    }

    [Fact]
    public void A_forged_entry_of_the_cache_of_scores_is_not_used()
    {
        var cache = _temp.Copy(demo.PathTo("scores"), "scores");
        foreach (var report in Directory.EnumerateFiles(cache, "report.json", SearchOption.AllDirectories))
            Forge(report, key: null);
        var result = Gate("routing-damaged", _temp.PathTo("dossier"), "--cache", cache);
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Contains("report.json was not reused", result.Error, StringComparison.Ordinal);
        AssertSameDecision("routing-damaged", _temp.PathTo("dossier"));
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>Makes every answer right: the damaged adapter would pass.</summary>
    private static void Forge(string path, SigningKey? key)
    {
        var honest = Record.ReadFile<EvaluationReport>(path);
        var forged = honest with { Items = [.. honest.Items.Select(item => item with { Scores = item.Scores.ToDictionary(s => s.Key, s => s.Key.StartsWith("acc", StringComparison.Ordinal) ? 1.0 : s.Value) })] };
        Assert.NotEqual(honest.ComputeDigest(), forged.ComputeDigest());
        File.WriteAllBytes(path, forged.ToCanonicalJson());
        if (key is not null)
            File.WriteAllBytes(path + ".sigstore.json", RecordSignature.Sign(forged, key));
    }

    private void AssertSameDecision(string adapter, string dossier) =>
        Assert.Equal(
            Record.ReadFile<Decision>(Path.Combine(demo.DossierOf(adapter), "decision.json")).Rules.Select(r => (r.Id, r.Outcome, r.Summary)),
            Record.ReadFile<Decision>(Path.Combine(dossier, "decision.json")).Rules.Select(r => (r.Id, r.Outcome, r.Summary)));

    private ShellResult Gate(string adapter, string dossier, params string[] more) =>
        Executable.Run(["gate", "--base", Executable.Base, "--adapter", Executable.Adapter(adapter), "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--dossier", dossier, "--key", demo.Key, "--device", "cpu", .. more]);
}
