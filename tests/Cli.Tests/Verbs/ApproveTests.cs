using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class ApproveTests(FinishedDemo demo) : IDisposable
{
    private readonly PeopleGate _people = new(demo);

    [Fact]
    public void A_gate_waits_for_its_quorum_and_then_releases_with_the_approvals()
    {
        Ends(2, _people.Run(), "1 in the role reviewer, 1 in the role risk-owner");
        Assert.False(Directory.Exists(Path.Combine(_people.Dossier, "release")));
        Ends(0, _people.Approve("reviewer", "reviewer", "--note", "Looks right."), "approved in the role reviewer");
        var verified = Executable.Must("verify", _people.Dossier, "--trust", _people.Trust, "--vkey", _people.Gate.VKey);
        Assert.Contains("counts for nothing until the gate runs again", verified.Error, StringComparison.Ordinal);
        Ends(2, _people.Run(), "1 in the role risk-owner");
        Ends(0, _people.Approve("risk", "risk-owner"), "approved");
        Ends(0, _people.Run(), "Approved");
        var release = Path.Combine(_people.Dossier, "release");
        Assert.Equal(2, Directory.EnumerateFiles(Path.Combine(release, "attestations"), "approval-*.sigstore.json").Count());
        Assert.Contains("2 approvals and waivers are signed by people", Executable.Must("verify", release, "--trust", _people.Trust, "--vkey", _people.Gate.VKey).Error, StringComparison.Ordinal);
        Assert.Contains("who signed the 2 approvals", Executable.Must("verify", release, "--key", _people.Gate.Key + ".pub").Error, StringComparison.Ordinal);
        var log = Executable.Must("ledger", "show", "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--json").Output;
        Assert.Equal(2, log.Split('\n').Count(line => line.Contains("\"type\":\"approval\"", StringComparison.Ordinal)));
        Assert.Contains("\"release\":1", log, StringComparison.Ordinal);
        var before = Files.Digests(release);
        Ends(0, _people.Run(), "Approved");
        Assert.Equal(before, Files.Digests(release));
        File.Delete(Directory.EnumerateFiles(Path.Combine(release, "attestations"), "approval-*").First());
        Ends(3, Executable.Run("verify", release, "--trust", _people.Trust), "missing");
    }

    [Fact]
    public void A_refusal_rejects()
    {
        Ends(2, _people.Run(), "");
        Ends(0, _people.Approve("risk", "risk-owner", "--refuse", "--note", "Not before the audit."), "refused");
        Ends(1, _people.Run(), "Refused by risk-1 (risk-owner)");
    }

    [Fact]
    public void A_logged_refusal_stands_although_its_file_is_gone_and_in_every_other_dossier()
    {
        Ends(2, _people.Run(), "");
        Ends(0, _people.Approve("risk", "risk-owner", "--refuse"), "refused");
        Ends(1, _people.Run(), "Refused by risk-1");
        var approvals = Path.Combine(_people.Dossier, "approvals");
        var kept = _people.Gate.Temp.Copy(approvals, "kept");
        Directory.Delete(approvals, recursive: true);
        Ends(3, _people.Run(), "is a refusal of exactly what is judged here, and stands");
        Directory.Delete(_people.Dossier, recursive: true);
        Ends(3, _people.Run(), "is a refusal of exactly what is judged here, and stands");
        Directory.Move(kept, approvals);
        Ends(1, _people.Run(), "Refused by risk-1");
    }

    [Fact]
    public void A_logged_refusal_stands_although_its_file_has_a_form_that_does_not_count()
    {
        Ends(2, _people.Run(), "");
        Ends(0, _people.Approve("risk", "risk-owner", "--refuse"), "refused");

        // Logged as an earlier gate would have: in another form than the one in which it was written.
        var file = Directory.EnumerateFiles(Path.Combine(_people.Dossier, "approvals")).Single();
        var bundle = new FiledBundle(file, File.ReadAllBytes(file), DateTimeOffset.UtcNow, IsLogged: false);
        var entry = EndorsementEntry.Of(EndorsementEntry.Approval, bundle, Governance.Trust.TrustPolicy.ReadFile(_people.Trust))!;
        File.AppendAllText(file, "\n");
        using var key = LedgerKey.Read(_people.Gate.LedgerKey);
        LedgerFolder.Open(_people.Gate.Ledger).Append(
            [entry with { Subjects = [new LedgerSubject(EndorsementEntry.Approval, Artifacts.Digest.OfFile(file))] }], key, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Ends(0, _people.Approve("risk", "reviewer"), "approved");
        Ends(3, _people.Run(), "is here and does not count (Malformed)");
        Assert.False(Directory.Exists(Path.Combine(_people.Dossier, "release")));
        Ends(0, _people.Approve("risk", "risk-owner", "--refuse", "--note", "Still."), "refused");
        Ends(1, _people.Run(), "Refused by risk-1");
    }

    [Theory]
    [InlineData("decision")]
    [InlineData("basis")]
    [InlineData("subjects")]
    [InlineData(null)]
    public void What_the_ledger_says_otherwise_than_it_was_signed_is_not_counted_and_nothing_is_decided(string? changed)
    {
        Ends(2, _people.Run(), "");
        Ends(0, _people.Approve("risk", "risk-owner"), "approved");
        Ends(0, _people.Approve("reviewer", "reviewer"), "approved");
        var another = Artifacts.Digest.Of("another"u8);
        var (file, index) = LogReviewer(entry => changed switch
        {
            null => entry with { Data = LedgerEntry.NoData },
            "subjects" => entry with { Subjects = [new LedgerSubject(EndorsementEntry.Approval, another), .. entry.Subjects] },
            _ => With(entry, changed, another.Hex),
        });
        var refused = _people.Run();
        Ends(3, refused, $"entry {index} of the ledger is about this approval and says something else than it. Take the file away, and let whoever signed it sign anew");
        Ends(3, refused, file);
        Assert.False(Directory.Exists(Path.Combine(_people.Dossier, "release")));

        File.Delete(file);
        Ends(2, _people.Run(), "1 in the role reviewer");
        Ends(0, _people.Approve("reviewer", "reviewer"), "approved");
        Ends(0, _people.Run(), "Approved");
    }

    [Fact]
    public void A_refusal_that_the_ledger_makes_of_an_approval_stands_whatever_is_approved_anew()
    {
        Ends(2, _people.Run(), "");
        Ends(0, _people.Approve("risk", "risk-owner"), "approved");
        Ends(0, _people.Approve("reviewer", "reviewer"), "approved");
        var (file, index) = LogReviewer(entry => With(entry, "outcome", "refused"));
        var refused = _people.Run();
        Ends(3, refused, $"entry {index} of the ledger is about this approval and says something else than it: a refusal in the role reviewer");
        Ends(3, refused, "a new approval does not help. Let somebody in that role refuse anew and that is counted, or have something else judged");

        var bundle = Artifacts.Digest.OfFile(file);
        File.Delete(file);
        Ends(0, _people.Approve("reviewer", "reviewer"), "approved");
        Assert.NotEqual(bundle, Artifacts.Digest.OfFile(file));
        refused = _people.Run();
        Ends(3, refused, $"entry {index} of the ledger is a refusal of exactly what is judged here, and stands; its file, SHA-256 {bundle}, is not here");
        Ends(3, refused, "Where it is lost, or says something else than the entry, let somebody in the role reviewer refuse anew, or have something else judged");
        Assert.False(Directory.Exists(Path.Combine(_people.Dossier, "release")));

        // Both ways that are named lead on.
        Ends(0, _people.Approve("risk", "reviewer", "--refuse"), "refused");
        Ends(1, _people.Run(), "Refused by risk-1 (reviewer)");
        _people.WriteTrust(PeopleGate.TrustText + "\n");
        Ends(2, _people.Run(), "Still to approve");
    }

    /// <summary>Of another kind is what says nothing of who approved: the gate logs the approval itself, and its time is that of the gate's entry.</summary>
    [Fact]
    public void An_entry_of_another_kind_about_an_approval_is_not_its_own()
    {
        Ends(2, _people.Run(), "");
        Ends(0, _people.Approve("risk", "risk-owner"), "approved");
        Ends(0, _people.Approve("reviewer", "reviewer"), "approved");
        var file = Directory.EnumerateFiles(Path.Combine(_people.Dossier, "approvals"), "*-reviewer-*").Single();
        Ends(0, Executable.Run("ledger", "append", "--ledger", _people.Gate.Ledger, "--ledger-key", _people.Gate.LedgerKey, "--type", "note", "--subject", file), "Logged at index");
        Ends(0, _people.Run(), "Approved");
        var entries = LedgerFolder.Open(_people.Gate.Ledger).ReadEntries(LedgerVerifier.Read(_people.Gate.VKey), TestContext.Current.CancellationToken).Select(bytes => LedgerEntry.Parse(bytes, _people.Gate.Ledger));
        var approval = entries.Single(entry => entry.Type == EndorsementEntry.Approval && entry.Subjects[0].Sha256 == Artifacts.Digest.OfFile(file));
        Assert.Contains(Record.ReadFile<Decision>(Path.Combine(_people.Dossier, "decision.json")).Approvals!, counted => counted.Bundle == approval.Subjects[0].Sha256 && counted.Logged == approval.Time);
    }

    [Fact]
    public void What_would_not_count_is_not_signed()
    {
        Ends(2, _people.Run(), "");
        Ends(64, _people.Approve("stranger", "reviewer"), "by nobody");
        Ends(64, _people.Approve("reviewer", "risk-owner"), "does not give the role");
        Ends(64, _people.Approve("reviewer", "Reviewer"), "small letters");
        Ends(64, Executable.Run("approve", "--dossier", _people.Dossier, "--key", _people.KeyOf("reviewer"), "--role", "reviewer"), "--gate-key");
        Assert.False(Directory.Exists(Path.Combine(_people.Dossier, "approvals")));
    }

    [Fact]
    public void A_stranger_and_an_author_who_sign_all_the_same_are_told_and_do_not_count()
    {
        Ends(2, _people.Run(), "");
        foreach (var person in new[] { "stranger", "trainer", "gate" })
            Ends(0, Executable.Run("approve", "--dossier", _people.Dossier, "--key", person == "gate" ? _people.Gate.Key : _people.KeyOf(person), "--role", "reviewer", "--gate-key", _people.Gate.Key + ".pub"), person == "gate" ? "will not count: it is signed with the gate's own key" : "approved");
        Ends(2, _people.Run(), "1 in the role reviewer");
        var decision = Record.ReadFile<Decision>(Path.Combine(_people.Dossier, "decision.json"));
        Assert.Equal([ApprovalState.UnknownSigner, ApprovalState.GateKey, ApprovalState.Author], decision.Approvals!.Select(approval => approval.State).Order());
    }

    [Fact]
    public void Nobody_signs_about_a_dossier_that_does_not_hold()
    {
        Ends(2, _people.Run(), "");
        File.AppendAllText(Path.Combine(_people.Dossier, "report.pdf"), "x");
        Ends(3, _people.Approve("reviewer", "reviewer"), "report.pdf");
        Assert.False(Directory.Exists(Path.Combine(_people.Dossier, "approvals")));
    }

    [Fact]
    public void A_key_that_is_compromised_before_the_gate_logs_its_approval_does_not_count()
    {
        Ends(2, _people.Run(), "");
        Ends(0, _people.Approve("reviewer", "reviewer"), "");
        _people.WriteTrust(PeopleGate.TrustText.Replace("file: reviewer.pem.pub", "file: reviewer.pem.pub, compromised: 2020-01-01T00:00:00Z", StringComparison.Ordinal));
        Ends(2, _people.Run(), "");
        Assert.Equal(ApprovalState.Compromised, Assert.Single(Record.ReadFile<Decision>(Path.Combine(_people.Dossier, "decision.json")).Approvals!).State);
    }

    [Fact]
    public void A_gate_that_the_trust_policy_does_not_name_does_not_begin()
    {
        _people.WriteTrust(PeopleGate.TrustText.Replace("gate.pem.pub", "stranger.pem.pub", StringComparison.Ordinal));
        Ends(64, _people.Run(), "by nobody");
        _people.WriteTrust(PeopleGate.TrustText.Replace("roles: [gate], keys: [{file: gate.pem.pub}]", "roles: [gate], keys: [{file: gate.pem.pub, from: 2999-01-01T00:00:00Z}]", StringComparison.Ordinal));
        Ends(64, _people.Run(), "outside its window");
        _people.WriteTrust(PeopleGate.TrustText);
        Ends(64, _people.Run("--author", "nobody"), "names no such signer");
        Assert.False(Directory.Exists(_people.Dossier));
    }

    [Fact]
    public void More_files_than_are_read_and_files_of_other_names_are_refused()
    {
        Ends(2, _people.Run(), "");
        var approvals = Directory.CreateDirectory(Path.Combine(_people.Dossier, "approvals")).FullName;
        File.WriteAllText(Path.Combine(approvals, "mine.json"), "{}");
        Ends(3, Executable.Run("verify", _people.Dossier, "--trust", _people.Trust), "mine.json");
        Ends(4, _people.Run(), "mine.json");
        File.Delete(Path.Combine(approvals, "mine.json"));
        for (var i = 0; i < 2000; i++)
            File.WriteAllText(Path.Combine(approvals, FormattableString.Invariant($"{i:x12}-reviewer-{i:x12}.sigstore.json")), "{}");
        Ends(4, _people.Run(), "2000 files");
    }

    public void Dispose() => _people.Dispose();

    /// <summary>Logs what the ledger would hold of the reviewer's approval, changed.</summary>
    private (string File, long Index) LogReviewer(Func<LedgerEntry, LedgerEntry> change)
    {
        var file = Directory.EnumerateFiles(Path.Combine(_people.Dossier, "approvals"), "*-reviewer-*").Single();
        var bundle = new FiledBundle(file, File.ReadAllBytes(file), DateTimeOffset.UtcNow, IsLogged: false);
        var entry = EndorsementEntry.Of(EndorsementEntry.Approval, bundle, Governance.Trust.TrustPolicy.ReadFile(_people.Trust))!;
        using var key = LedgerKey.Read(_people.Gate.LedgerKey);
        return (file, LedgerFolder.Open(_people.Gate.Ledger).Append([change(entry)], key, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken).Indices[0]);
    }

    private static LedgerEntry With(LedgerEntry entry, string member, string value)
    {
        var data = System.Text.Json.Nodes.JsonNode.Parse(entry.Data.GetRawText())!;
        data[member] = value;
        return entry with { Data = System.Text.Json.JsonSerializer.SerializeToElement(data) };
    }

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
