using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Html;
using Loragate.Governance.Signing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>Whoever can write to a dossier or a cache cannot plant evidence in it.</summary>
public sealed class ReuseTests(FinishedDemo demo) : IDisposable
{
    private static readonly DateTimeOffset Ancient = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);

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

    [Theory]
    [InlineData("of nobody")]
    [InlineData("of another key")]
    public void A_proof_of_the_undo_that_the_gate_did_not_sign_is_proved_again_and_said(string signature)
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("attacker.pem"));
        using var attacker = SigningKey.Read(_temp.PathTo("attacker.pem"));
        var honest = PlantProof(dossier, signature == "of nobody" ? null : attacker);
        var result = Gate("routing-damaged", dossier);
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Contains("unmerge-receipt.json was not reused", result.Error, StringComparison.Ordinal);
        Assert.Equal(honest, File.ReadAllBytes(Path.Combine(dossier, "unmerge-receipt.json")));
        AssertSameDecision("routing-damaged", dossier);
    }

    [Fact]
    public void Without_a_key_the_undo_is_proved_on_every_run_whatever_proof_lies_there()
    {
        var dossier = _temp.PathTo("dossier");
        string[] unsigned = ["gate", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-damaged"), "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--dossier", dossier, "--device", "cpu"];
        Assert.Equal(1, Executable.Run(unsigned).ExitCode);
        var honest = PlantProof(dossier, key: null);
        var result = Executable.Run(unsigned);
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Contains("Merged already", result.Error, StringComparison.Ordinal);
        Assert.Equal(honest, File.ReadAllBytes(Path.Combine(dossier, "unmerge-receipt.json")));
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

    [Fact]
    public void Old_scores_of_the_cache_are_old_evidence_in_a_new_dossier()
    {
        var result = Gate("routing-good", _temp.PathTo("dossier"), "--cache", OldCache());
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Contains("use a new --dossier and, with --cache, a new cache", result.Error, StringComparison.Ordinal);
        Assert.Equal(Outcome.Failed, RuleOf("evidence-freshness").Outcome);
        // The report tells the age of the scores, not that of the dossier, and where it stands.
        var contents = ReportEvidence.OfDossier(_temp.PathTo("dossier"), _ => null).ToContents(signaturesAreChecked: true);
        var page = Regex.Replace(WebUtility.HtmlDecode(Encoding.UTF8.GetString(HtmlReport.Render(contents, ReportLanguage.English))), "<span class=\"whole\">(.*?)</span>", "$1");
        Assert.Contains("it was collected on 3 February 2001", page, StringComparison.Ordinal);
        Assert.Contains("; 3 February 2001, 04:05 UTC", page, StringComparison.Ordinal);
        var run = Digest.OfFile(_temp.PathTo("dossier", "evaluations", "base", "facts.run")).Abbreviated;
        Assert.All(new[] { $"href=\"#record-{run}\"", $"id=\"record-{run}\"" }, place => Assert.Contains(place, page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("of another dossier")]
    [InlineData("the dossier's own")]
    public void Old_scores_do_not_become_young_when_their_run_is(string forgery)
    {
        Assert.Equal(1, Gate("routing-good", _temp.PathTo("dossier"), "--cache", OldCache()).ExitCode);
        foreach (var run in Directory.EnumerateFiles(_temp.PathTo("dossier", "evaluations"), "*.run", SearchOption.AllDirectories))
        {
            if (forgery == "deleted")
                File.Delete(run);
            else
                File.Copy(forgery == "of another dossier" ? Path.Combine(demo.DossierOf("routing-dora"), "run.json") : _temp.PathTo("dossier", "run.json"), run, overwrite: true);
        }
        var result = Gate("routing-good", _temp.PathTo("dossier"));
        Assert.All(Directory.EnumerateFiles(_temp.PathTo("dossier", "evaluations"), "*.run", SearchOption.AllDirectories), run => Assert.NotEqual(Ancient, Record.ReadFile<Run>(run).Created));
        Assert.All(new[] { "base", "candidate" }, who => Assert.Contains($"evaluations/{who}/facts.json was not reused", result.Error, StringComparison.Ordinal));
        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Fact]
    public void The_signed_run_of_a_younger_dossier_does_not_make_old_scores_young()
    {
        Assert.Equal(1, Gate("routing-good", _temp.PathTo("dossier"), "--cache", OldCache()).ExitCode);
        foreach (var file in (string[])["run.json", "run.json.sigstore.json"])
            File.Copy(Path.Combine(demo.DossierOf("routing-dora"), file), _temp.PathTo("dossier", file), overwrite: true);
        var result = Gate("routing-good", _temp.PathTo("dossier"));
        // Without a plan that verifies the old scores go, so that those which are judged are young.
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("plan.json was not reused", result.Error, StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFiles(_temp.PathTo("dossier", "evaluations"), "*.run", SearchOption.AllDirectories), run => Assert.NotEqual(Ancient, Record.ReadFile<Run>(run).Created));
    }

    [Fact]
    public void A_cached_report_beside_the_signed_run_of_another_is_not_used()
    {
        var cache = OldCache();
        foreach (var run in Directory.EnumerateFiles(cache, "run.json", SearchOption.AllDirectories))
            File.Copy(Path.Combine(demo.DossierOf("routing-good"), "run.json"), run, overwrite: true);
        var result = Gate("routing-good", _temp.PathTo("dossier"), "--cache", cache);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("report.json was not reused", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Merged_weights_whose_metadata_was_changed_are_merged_again_and_said()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var weights = Path.Combine(dossier, "merged", "model.safetensors");
        var honest = File.ReadAllBytes(weights);
        var at = honest.AsSpan().IndexOf("\"format\":\"pt\""u8);
        Assert.True(at > 0, "The sample's weights say no format.");
        var forged = (byte[])honest.Clone();
        forged[at + 10] = (byte)'x';
        File.WriteAllBytes(weights, forged);
        var result = Gate("routing-damaged", dossier);
        Assert.Contains("__metadata__", result.Error, StringComparison.Ordinal);
        Assert.Equal(honest, File.ReadAllBytes(weights));
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>The demo's scores as this gate would have signed them long ago.</summary>
    private string OldCache()
    {
        var cache = _temp.Copy(demo.PathTo("scores"), "scores");
        using var key = SigningKey.Read(demo.Key);
        var entries = new RecordFolder(cache, key, null);
        foreach (var entry in Directory.EnumerateDirectories(cache).Select(Path.GetFileName))
        {
            var young = entries.TryRead<EvaluationReport>($"{entry}/report.json", $"{entry}/run.json")!;
            entries.Write($"{entry}/report.json", young.Record, $"{entry}/run.json", young.Run with { Created = Ancient });
        }
        return cache;
    }

    private RuleResult RuleOf(string check) =>
        Assert.Single(Record.ReadFile<Decision>(_temp.PathTo("dossier", "decision.json")).Rules, rule => rule.Check == check);

    /// <summary>Makes every answer right: the damaged adapter would pass.</summary>
    private static void Forge(string path, SigningKey? key)
    {
        var honest = Record.ReadFile<EvaluationReport>(path);
        var forged = honest with { Items = [.. honest.Items.Select(item => item with { Scores = item.Scores.ToDictionary(s => s.Key, s => s.Key.StartsWith("acc", StringComparison.Ordinal) ? 1.0 : s.Value) })] };
        Assert.NotEqual(honest.ComputeDigest(), forged.ComputeDigest());
        File.WriteAllBytes(path, forged.ToCanonicalJson());
        if (key is not null)
            File.WriteAllBytes(path + ".sigstore.json", RecordSignature.Sign(forged, Record.ReadFile<Run>(Path.ChangeExtension(path, ".run")), Role(path), key));
    }

    /// <summary>Puts a proof of the same merge into a dossier that no engine made; gives the bytes of the one that lay there.</summary>
    private static byte[] PlantProof(string dossier, SigningKey? key)
    {
        var path = Path.Combine(dossier, "unmerge-receipt.json");
        var (honest, proof) = (File.ReadAllBytes(path), Record.ReadFile<UnmergeReceipt>(path));
        var planted = proof with { Engine = proof.Engine with { Procedure = "nothing was taken back" } };
        Assert.True(planted.IsOf(Record.ReadFile<MergeReceipt>(Path.Combine(dossier, "merge-receipt.json"))));
        File.WriteAllBytes(path, planted.ToCanonicalJson());
        if (key is not null)
            File.WriteAllBytes(path + ".sigstore.json", RecordSignature.Sign(planted, Record.ReadFile<Run>(Path.Combine(dossier, "run.json")), "unmerge-receipt.json", key));
        return honest;
    }

    private static string Role(string path) => $"evaluations/{Path.GetFileName(Path.GetDirectoryName(path))}/{Path.GetFileName(path)}";

    private void AssertSameDecision(string adapter, string dossier) =>
        Assert.Equal(
            Record.ReadFile<Decision>(Path.Combine(demo.DossierOf(adapter), "decision.json")).Rules.Select(r => (r.Id, r.Outcome, r.Summary)),
            Record.ReadFile<Decision>(Path.Combine(dossier, "decision.json")).Rules.Select(r => (r.Id, r.Outcome, r.Summary)));

    private ShellResult Gate(string adapter, string dossier, params string[] more) =>
        Executable.Run(["gate", "--base", Executable.Base, "--adapter", Executable.Adapter(adapter), "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--dossier", dossier, "--key", demo.Key, "--device", "cpu", .. more]);
}
