using System.Globalization;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Cli.Verifying;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class WaiveTests(FinishedDemo demo) : IDisposable
{
    // The biased adapter fails these two rules of the demo's policy.
    private readonly PeopleGate _people = new(demo, "routing-biased", "\nwaivers: {rules: [gender-level, gender-drift], signers: 2, roles: [risk-owner, reviewer], maximumDays: 30}\n");

    private static string Tomorrow => DateTime.UtcNow.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [Fact]
    public void Two_people_lift_a_failed_rule_and_the_release_carries_their_signatures()
    {
        Ends(1, _people.Run(), "gender-level");
        foreach (var rule in new[] { "gender-level", "gender-drift" })
        {
            var signed = _people.Waive("risk", "--rule", rule, "--reason", "Accepted for the pilot.", "--until", Tomorrow);
            Ends(0, signed, "Signed as waivers/");
            Ends(0, _people.Waive("reviewer", "--cosign", Path.Combine(_people.Dossier, signed.Error.Split("Signed as ")[1].Split(':')[0])), "Signed as waivers/");
        }
        Assert.Contains("waivers/", Executable.Must("verify", _people.Dossier, "--trust", _people.Trust).Error, StringComparison.Ordinal);
        Ends(2, _people.Run(), "Waived until");
        Ends(0, _people.Approve("reviewer", "reviewer"), "Waived gender-level");
        Ends(0, _people.Approve("risk", "risk-owner"), "");
        Ends(0, _people.Run(), "Approved");
        var release = Path.Combine(_people.Dossier, "release");
        Assert.Equal(4, Directory.EnumerateFiles(Path.Combine(release, "attestations"), "waiver-*.sigstore.json").Count());
        Executable.Must("verify", release, "--trust", _people.Trust, "--vkey", _people.Gate.VKey);
        // Whoever asks is told of each exception and, asking for a later day, that it has ended.
        foreach (var place in new[] { _people.Dossier, release, Path.Combine(release, "report.pdf") })
        {
            string[] verify = ["verify", place, "--trust", _people.Trust];
            var shown = Executable.Must(verify).Error;
            Assert.All(new[] { "gender-level", "gender-drift" }, rule => Assert.Contains($"  lifted by exception: {rule} until {Tomorrow}.\n", shown, StringComparison.Ordinal));
            var later = Executable.Must([.. verify, "--at", "2999-01-01", "--json"]);
            Assert.Contains($"lifted by exception: gender-level until {Tomorrow}; that day is past", later.Error, StringComparison.Ordinal);
            Assert.Equal([true, true], Record.Parse<Verification>(System.Text.Encoding.UTF8.GetBytes(later.Output[..^1]), "output").Lifted!.Select(lifted => lifted.IsOver));
        }
        var status = Executable.Must("status", release, "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust).Error;
        Assert.Contains($"lifted by exception: gender-level until {Tomorrow}.", status, StringComparison.Ordinal);
        string[] trusted = ["--trust", _people.Trust, "--vkey", _people.Gate.VKey, "--json"];
        string[] publish = ["publish", release, "--to", _people.Gate.Temp.PathTo("layout"), .. trusted], pull = ["pull", _people.Gate.Temp.PathTo("layout"), .. trusted];
        var ended = Executable.Run([.. publish, "--at", "2999-01-01"]);
        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("holds by an exception that has ended: gender-", ended.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_people.Gate.Temp.PathTo("layout")));
        Assert.Equal([false, false], LiftedIn(Executable.Must(publish)));
        Assert.Equal([false, false], LiftedIn(Executable.Must([.. pull, "--output", _people.Gate.Temp.PathTo("pulled")])));
        var late = Executable.Must([.. pull, "--output", _people.Gate.Temp.PathTo("late"), "--at", "2999-01-01"]);
        Assert.Equal([true, true], LiftedIn(late));
        Assert.Contains("that day is past", late.Error, StringComparison.Ordinal);
        // The report holds with the trust policy, and without it: which waivers count is then the decision's word.
        Executable.Must("verify", Path.Combine(release, "report.pdf"), "--trust", _people.Trust);
        Assert.Contains("Not proved: that the approvals and waivers count", Executable.Must("verify", Path.Combine(release, "report.pdf"), "--key", _people.GateKey + ".pub").Error, StringComparison.Ordinal);
    }

    /// <summary>Of each exception that a command told machines of, whether it has ended; people were told as well.</summary>
    private static IEnumerable<bool> LiftedIn(ShellResult result)
    {
        Assert.Contains($"  lifted by exception: gender-level until {Tomorrow}", result.Error, StringComparison.Ordinal);
        return JsonNode.Parse(result.Output)!["lifted"]!.AsArray().Select(rule => (bool)rule!["isOver"]!);
    }

    [Fact]
    public void What_would_not_count_is_not_signed_and_one_signature_is_too_few()
    {
        Ends(1, _people.Run(), "");
        Ends(64, _people.Waive("risk", "--rule", "nothing", "--reason", "x", "--until", Tomorrow), "has no rule 'nothing'");
        Ends(64, _people.Waive("risk", "--rule", "gender-level", "--reason", "x", "--until", "2020-01-01"), "before the first");
        Ends(64, _people.Waive("risk", "--rule", "gender-level", "--reason", "x", "--from", "2020-01-01", "--until", "2020-01-02"), "2020-01-02, is over");
        Ends(64, _people.Waive("risk", "--rule", "gender-level", "--reason", "x", "--until", "soon"), "--until soon");
        Ends(64, _people.Waive("risk", "--rule", "gender-level"), "--cosign");
        Ends(4, _people.Waive("risk", "--cosign", _people.Trust), "trust.yaml");
        Ends(64, _people.Waive("risk", "--rule", "people-agree", "--reason", "x", "--until", Tomorrow), "does not let 'people-agree' (approval) be waived, only gender-level, gender-drift");
        Ends(64, _people.Waive("risk", "--rule", "sound-adapter", "--reason", "x", "--until", Tomorrow), "(inspection)");
        Ends(64, _people.Waive("risk", "--rule", "gender-level", "--reason", "x", "--until", "2999-01-01"), "the policy allows 30");
        Ends(64, _people.Waive("stranger", "--rule", "gender-level", "--reason", "x", "--until", Tomorrow), "by nobody");
        Ends(64, _people.Waive("trainer", "--rule", "gender-level", "--reason", "x", "--until", Tomorrow), "'trainer-1' is an author of this adapter");
        Ends(64, Executable.Run("waive", "--dossier", _people.Dossier, "--key", _people.Gate.Key, "--gate-key", _people.Gate.Key + ".pub", "--rule", "gender-level", "--reason", "x", "--until", Tomorrow), "the gate's own key");
        Assert.False(Directory.Exists(Path.Combine(_people.Dossier, "waivers")));
        Ends(0, _people.Waive("risk", "--rule", "gender-level", "--reason", "x", "--until", Tomorrow), "");
        Ends(1, _people.Run(), "");
        Assert.Equal(WaiverState.TooFewSigners, Assert.Single(Record.ReadFile<Decision>(Path.Combine(_people.Dossier, "decision.json")).Waivers!).State);
    }

    [Fact]
    public void A_waiver_lifts_nothing_once_its_last_day_is_over()
    {
        Ends(1, _people.Run(), "gender-level");
        var decision = Record.ReadFile<Decision>(Path.Combine(_people.Dossier, "decision.json"));
        var yesterday = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-1);
        var statement = new Waiver("gender-level", decision.Policy.Digest, decision.Adapter.Digest, "Accepted for the pilot.", yesterday.AddDays(-3), yesterday).ToStatement(decision.Adapter);
        foreach (var person in new[] { "risk", "reviewer" })
        {
            using var key = SigningKey.Read(_people.KeyOf(person));
            SealedDossier.Add(_people.Dossier, EndorsementFiles.WaiverFile(Artifacts.Digest.Of(statement.ToBytes()), key.Public.Hint), statement, new Signer(key));
        }
        Ends(1, _people.Run(), "gender-level");
        Assert.Equal(WaiverState.Expired, Assert.Single(Record.ReadFile<Decision>(Path.Combine(_people.Dossier, "decision.json")).Waivers!).State);
        Ends(64, _people.Waive("risk", "--cosign", Directory.GetFiles(Path.Combine(_people.Dossier, "waivers"))[0]), "is over");
    }

    public void Dispose() => _people.Dispose();

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
