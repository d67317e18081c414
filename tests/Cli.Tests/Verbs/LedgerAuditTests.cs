using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Approvals;
using Loragate.Governance.Auditing;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class LedgerAuditTests(FinishedDemo demo) : IDisposable
{
    private readonly PeopleGate _people = demo.CopyReleased();

    [Fact]
    public void A_ledger_holds_with_its_dossiers_until_something_is_not_as_it_says()
    {
        Ends(0, Audit("--dossiers", _people.Gate.Temp.Path), "1 releases, 1 decisions held");
        var json = Audit("--json").Output;
        Assert.Empty(Record.Parse<ReleaseAudit>(System.Text.Encoding.UTF8.GetBytes(json[..^1]), "output").Findings);

        _people.WriteTrust(PeopleGate.TrustText.Replace("file: risk.pem.pub", "file: risk.pem.pub, compromised: 2020-01-01T00:00:00Z", StringComparison.Ordinal));
        Ends(3, Audit(), "was compromised by then");
        _people.WriteTrust(PeopleGate.TrustText);

        var approval = Directory.EnumerateFiles(Path.Combine(_people.Dossier, "approvals")).First();
        var bytes = File.ReadAllBytes(approval);
        File.Delete(approval);
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), $"{Path.GetRelativePath(_people.Dossier, approval)} is missing");
        File.WriteAllBytes(approval, bytes);

        // A decision that was changed is no decision that the ledger holds; neither is one that is not there.
        var decision = Path.Combine(_people.Dossier, "decision.json");
        bytes = File.ReadAllBytes(decision);
        Files.FlipBit(decision, new Random(3));
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), "Breach: dossier dossier: decision.json is no decision that the ledger holds");
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), "Not proved: the grounds of 2 of the 2 logged decisions");
        File.Delete(decision);
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), "Breach: dossier dossier: no decision.json");
        File.WriteAllBytes(decision, bytes);
        Ends(0, Audit("--dossiers", _people.Gate.Temp.Path), "Not proved: the grounds of 1 of the 2 logged decisions");

        using var key = LedgerKey.Read(_people.Gate.LedgerKey);
        LedgerFolder.Open(_people.Gate.Ledger).Append([new LedgerEntry("release", DateTimeOffset.UtcNow, [new LedgerSubject("trust.yaml", Artifacts.Digest.OfFile(_people.Trust))], [], LedgerEntry.NoData)], key, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Ends(3, Audit(), "no gate writes");
    }

    [Fact]
    public void A_second_release_of_the_same_name_has_the_next_number_and_status_knows_which_is_current()
    {
        var first = Path.Combine(_people.Dossier, "release");
        Ends(0, Status(first), "current");
        var kept = _people.Gate.Temp.Copy(first, "kept");
        _people.WriteTrust(PeopleGate.TrustText + "\n");
        _people.Release();
        Ends(0, Status(first), "release 2 of routing-good");
        Ends(1, Status(kept), "superseded");
        Ends(0, Audit(), "2 releases");
    }

    [Fact]
    public void A_decision_that_lets_authors_approve_against_its_policy_is_a_breach_once_the_dossier_is_there()
    {
        Log(Decided() with { AuthorsMayApprove = true });
        Ends(0, Audit(), "The ledger holds");
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), "lets authors approve, whom its policy excludes");
    }

    [Fact]
    public void An_approval_that_a_decision_counts_and_does_not_cite_is_a_breach_and_its_signature_is_looked_at()
    {
        var decision = Decided();
        var counted = decision.Approvals![0];
        Log(decision with { Evidence = [.. decision.Evidence.Where(link => link.Path != counted.File)] });
        Ends(0, Audit(), "The ledger holds");
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), $"the decision counts {counted.File} and does not cite it");

        File.WriteAllText(Path.Combine(_people.Dossier, counted.File), "{}");
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), $"{counted.File} was changed: it has SHA-256");
    }

    [Fact]
    public void A_decision_that_the_evidence_of_its_dossier_refutes_is_a_breach_once_the_dossier_is_there()
    {
        Log(Decided() with { Rules = [.. Decided().Rules.Select(rule => rule with { Outcome = Outcome.Waived })] });
        Ends(0, Audit(), "The ledger holds");
        var shown = Audit("--dossiers", _people.Gate.Temp.Path);
        Ends(3, shown, "the rule 'remembers-facts' comes out otherwise from the evidence inside ('Passed', the decision says 'Waived')");
        Assert.DoesNotContain("is no signature of somebody", shown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dossier_itself_and_a_folder_without_dossiers_are_refused()
    {
        Ends(4, Audit("--dossiers", _people.Dossier), "a dossier itself. Name the folder that holds the dossiers.");
        Ends(4, Audit("--dossiers", _people.Gate.Ledger), "no dossier lies in it. Name the folder that holds the dossiers.");
    }

    [Fact]
    public void A_time_stamp_keeps_an_approval_good_whose_key_was_lost_before_the_ledger_saw_it()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var authority = new Authority();
        var temp = _people.Gate.Temp;
        temp.Write("tsa.pem", System.Text.Encoding.ASCII.GetBytes(authority.RootsPem));
        const string Roots = "\ntimestampRoots: [tsa.pem]\n";
        _people.WriteTrust(PeopleGate.TrustText + Roots);
        Assert.Equal(2, _people.Run().ExitCode);
        Assert.Equal(0, _people.Approve("risk", "risk-owner").ExitCode);
        var approval = _people.Approve("reviewer", "reviewer").Error.Split(", as ")[1].Split(".\n")[0];
        Stamp(authority, Path.Combine(_people.Dossier, approval), temp.PathTo("request.tsq"), temp.PathTo("response.tsr"));

        // Two seconds of accuracy, and whole seconds.
        var lost = DateTimeOffset.UtcNow.AddSeconds(4);
        Thread.Sleep(lost - DateTimeOffset.UtcNow);
        Assert.Equal(0, _people.Run().ExitCode);
        _people.WriteTrust(PeopleGate.TrustText.Replace("file: reviewer.pem.pub", $"file: reviewer.pem.pub, compromised: {lost:yyyy-MM-dd'T'HH:mm:ss'Z'}", StringComparison.Ordinal) + Roots);
        Ends(3, Audit(), "was compromised by then");
        Ends(0, Audit("--dossiers", temp.Path), "1 decisions held");
        Ends(0, Status(Path.Combine(_people.Dossier, "release")), "current");
    }

    [Fact]
    public void A_certificate_that_was_lost_before_the_ledger_saw_the_approval_is_named_wherever_the_bundle_lies()
    {
        var (temp, key) = (_people.Gate.Temp, _people.KeyOf("certified"));
        Executable.Must("keys", "new", "--type", "p256", "--output", key, "--self-signed", "reviewer-1");
        var lost = DateTimeOffset.UtcNow.AddSeconds(2);
        string Trust(string windows) => PeopleGate.TrustText.Replace("{file: reviewer.pem.pub}", windows, StringComparison.Ordinal);
        const string Certified = "roots: certified.pem.crt, subject: CN=reviewer-1";
        _people.WriteTrust(Trust($"{{{Certified}}}"));
        Assert.Equal(2, _people.Run().ExitCode);
        Ends(0, _people.Approve("certified", "reviewer", "--certificate", key + ".crt"), "");
        Ends(0, _people.Approve("risk", "risk-owner"), "");
        if (lost > DateTimeOffset.UtcNow)
            Thread.Sleep(lost - DateTimeOffset.UtcNow);
        Ends(0, _people.Run(), "Approved");
        var release = Path.Combine(_people.Dossier, "release");
        Ends(0, Status(release), "current");
        Ends(0, Audit("--dossiers", temp.Path), "1 decisions held");

        // Another certificate of the same person, good today, is not the one that signed.
        _people.WriteTrust(Trust($"{{{Certified}, compromised: {lost:yyyy-MM-dd'T'HH:mm:ss'Z'}}}, {{{Certified}, from: {lost:yyyy-MM-dd'T'HH:mm:ss'Z'}}}"));
        Ends(0, Audit(), "Not proved: whose the keys");
        const string Why = "signed with a key of 'reviewer-1' that was compromised by then";
        Ends(3, Audit("--dossiers", temp.Path), Why);
        Ends(3, Status(release), Why);
        Ends(3, Executable.Run("publish", release, "--to", temp.PathTo("layout"), "--trust", _people.Trust, "--vkey", _people.Gate.VKey, "--ledger", _people.Gate.Ledger), Why);
    }

    [Fact]
    public void An_approval_that_the_ledger_tells_otherwise_than_it_was_signed_is_a_breach_once_the_dossier_is_there()
    {
        // A ledger in the same words but for the decision that one of the people saw.
        using var key = LedgerKey.Read(_people.Gate.LedgerKey);
        var honest = LedgerFolder.Open(_people.Gate.Ledger);
        List<LedgerEntry> entries = [.. honest.ReadEntries(LedgerVerifier.Read(_people.Gate.VKey), TestContext.Current.CancellationToken).Select(bytes => LedgerEntry.Parse(bytes, _people.Gate.Ledger))];
        var origin = honest.ReadOrigin();
        var index = entries.FindIndex(entry => entry.Type == EndorsementEntry.Approval);
        entries[index] = SeenAnother(entries[index]);
        Directory.Delete(_people.Gate.Ledger, recursive: true);
        LedgerFolder.Init(_people.Gate.Ledger, origin, key).Append(entries, key, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Ends(0, Audit(), "The ledger holds");
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), $"is not what entry {index} logged of it");
    }

    [Fact]
    public void A_decision_whose_entry_leaves_out_the_revocation_that_it_knew_of_is_a_breach_once_the_dossier_is_there()
    {
        Log(Decided() with { Revocation = new AdapterRevocation(3) }, data => data with { Revocation = null });
        Ends(0, Audit(), "The ledger holds");
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), "the ledger's entry does not say what the decision says");
    }

    [Fact]
    public void A_plan_that_is_not_the_one_that_decided_is_a_breach_once_the_dossier_is_there()
    {
        var (path, decision) = (Path.Combine(_people.Dossier, "plan.json"), Decided());
        var plan = Record.ReadFile<EvaluationPlan>(path) with { Seed = 9 };
        File.WriteAllBytes(path, plan.ToCanonicalJson());
        Log(decision with { Evidence = [.. decision.Evidence.Select(link => link.Path == "plan.json" ? link with { Digest = plan.ComputeDigest() } : link)] });
        Ends(0, Audit(), "The ledger holds");
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), "it is not the plan that the policy asks for of what was scored: seed");
    }

    [Theory]
    [InlineData("decision.json")]
    [InlineData("policy.yaml")]
    [InlineData("seal.sigstore.json")]
    [InlineData("approvals")]
    public void A_pipe_in_a_dossier_is_named_and_not_waited_for(string place)
    {
        var path = Path.Combine(_people.Dossier, place);
        path = Directory.Exists(path) ? Directory.EnumerateFiles(path).First() : path;
        File.Delete(path);
        Assert.Equal(0, Shell.Run("mkfifo", _people.Dossier, path).ExitCode);
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), $"{Path.GetRelativePath(_people.Dossier, path)}: neither a plain file nor a folder");
    }

    public void Dispose() => _people.Dispose();

    private static LedgerEntry SeenAnother(LedgerEntry approval)
    {
        var data = System.Text.Json.Nodes.JsonNode.Parse(approval.Data.GetRawText())!;
        data["decision"] = Artifacts.Digest.Of("another"u8).Hex;
        return approval with { Data = System.Text.Json.JsonSerializer.SerializeToElement(data) };
    }

    private Decision Decided() => Record.ReadFile<Decision>(Path.Combine(_people.Dossier, "decision.json"));

    /// <summary>A gate's own lie: in its dossier, under its seal, and in its ledger.</summary>
    private void Log(Decision lie, Func<DecisionData, DecisionData>? change = null)
    {
        File.WriteAllBytes(Path.Combine(_people.Dossier, "decision.json"), lie.ToCanonicalJson());
        using var gate = SigningKey.Read(_people.Gate.Key);
        DossierSeal.Sign(_people.Dossier, new Signer(gate), TestContext.Current.CancellationToken);
        using var key = LedgerKey.Read(_people.Gate.LedgerKey);
        var data = DecisionData.Of(lie, gate.Public.Hint);
        var entry = new LedgerEntry(
            DecisionData.EntryType, DateTimeOffset.UtcNow, [new(lie.Adapter.Name, lie.Adapter.Digest), new("decision.json", lie.ComputeDigest())], [new(lie.Schema, lie.ComputeDigest())], (change?.Invoke(data) ?? data).ToElement());
        LedgerFolder.Open(_people.Gate.Ledger).Append([entry], key, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    private static void Stamp(Authority authority, string bundle, string request, string response)
    {
        Executable.Must("stamp", bundle, "--output", request);
        File.WriteAllBytes(response, authority.Reply(File.ReadAllBytes(request)));
        Executable.Must("stamp", bundle, "--timestamp", response);
    }

    private ShellResult Audit(params string[] more) =>
        Executable.Run(["ledger", "audit", "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust, .. more]);

    private ShellResult Status(string release) =>
        Executable.Run("status", release, "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust);

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
