using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>What stands beside a verdict must be about the same thing, even where the gate itself sealed something else.</summary>
public sealed class ReleaseStatementsTests
{
    public static TheoryData<string, string> Statements => new() { { ReleaseLayout.Merge, "missing" }, { ReleaseLayout.Evaluation, "missing" } };

    [Theory]
    [MemberData(nameof(Statements))]
    public void A_statement_that_was_taken_away_is_missed_even_under_a_new_seal(string file, string word)
    {
        using var release = new TestRelease();
        File.Delete(release.PathTo(file));
        release.Seal();
        AssertRefused(release, file, word);
    }

    [Fact]
    public void The_statements_of_another_release_are_refused_and_named()
    {
        using var release = new TestRelease();
        var receipt = release.Receipt;
        Refuse(ReleaseLayout.Merge, MergeProvenance.Of(receipt with { Base = receipt.Base with { WeightsDigest = Digest.Of([1]) } }, "merge-receipt.json"), "another base");
        Refuse(ReleaseLayout.Merge, MergeProvenance.Of(receipt with { Adapters = [] }, "merge-receipt.json"), "other files");
        Refuse(ReleaseLayout.Merge, MergeProvenance.Of(receipt with { Adapters = [.. receipt.Adapters, .. receipt.Adapters] }, "merge-receipt.json"), "other files");
        Refuse(ReleaseLayout.Merge, EvaluationResult.Of(release.Decision, "decision.json"), "predicate type");
        Refuse(ReleaseLayout.Evaluation, EvaluationResult.Of(release.Decision with { AsOf = release.Decision.AsOf.AddDays(1) }, "decision.json"), "another decision");
        Refuse(ReleaseLayout.Evaluation, EvaluationResult.Of(release.Decision with { Adapter = release.Decision.Adapter with { Files = VerificationSummaryTests.Files } }, "decision.json"), "other files");
        var own = EvaluationResult.Of(release.Decision, "decision.json");
        Refuse(ReleaseLayout.Evaluation, Changed(own, "\"PASSED\"", "\"FAILED\""), "did not pass");
        Refuse(ReleaseLayout.Evaluation, Changed(own, "\"tasks/own\"", "\"tasks/other\""), "other tasks");
        Refuse(ReleaseLayout.Evaluation, Changed(own, "\"failedTests\":[]", "\"failedTests\":[\"bias\"]"), "did not pass");
        Refuse(ReleaseLayout.Evaluation, Changed(own, "\"failedTests\":[]", "\"failedTests\":[],\"more\":1"), "unknown member");

        void Refuse(string file, Statement statement, string word)
        {
            var honest = File.ReadAllBytes(release.PathTo(file));
            release.Write(file, Attestation.Sign(statement, release.Signer));
            release.Seal();
            AssertRefused(release, file, word);
            release.Write(file, honest);
            release.Seal();
            Assert.Empty(release.Verify(withLog: true));
        }
    }

    [Fact]
    public void A_statement_that_another_key_signed_is_refused_even_where_the_gate_sealed_it()
    {
        using var release = new TestRelease();
        using var other = new TestFolder();
        release.Write(ReleaseLayout.Evaluation, Attestation.Sign(EvaluationResult.Of(release.Decision, "decision.json"), new Signer(other.Key)));
        release.Seal();
        Assert.Contains(release.Verify(withLog: false), finding => finding is { Place: ReleaseLayout.Evaluation, Fault: SignatureFault.OtherKey });
    }

    [Fact]
    public void Approvals_are_held_against_verdict_and_trust_policy()
    {
        using var people = new TrustFolder();
        using var release = new TestRelease();
        var trust = people.Policy("gate-ci: gate | gate", "a: reviewer | a | a2", "b: reviewer | b");
        var approval = Approval.Of(release.Decision, "reviewer", ApprovalOutcome.Approved, "");
        Approve("a", approval, null);
        Approve("b", approval, null);
        Approve("a2", approval, "says the same twice");
        Approve("stranger", approval, "signed by nobody");
        Approve("b", approval with { Role = "risk-owner" }, "does not give the role");
        Approve("b", approval with { Outcome = ApprovalOutcome.Refused }, "refuses");
        Approve("b", approval with { Policy = Digest.Of([3]) }, "another policy");

        void Approve(string name, Approval said, string? fault)
        {
            var statement = said.ToStatement(release.Decision.Adapter);
            var signer = people.Signer(name);
            var file = ReleaseLayout.PlaceOf(EndorsementFiles.ApprovalFile(signer.Key.Public.Hint, said.Role, Digest.Of(statement.ToBytes())));
            release.Write(file, Attestation.Sign(statement, signer));
            var files = FolderManifest.Read(release.Folder, TestContext.Current.CancellationToken).Files;
            var judgement = Judgement.Of(release.Decision);
            var findings = new ReleaseEndorsements(release.Folder, trust, times: null, judgement, release.Decision.Adapter.Files, logged: null).Verify(files).ToList();
            var unseen = new ReleaseEndorsements(release.Folder, people: null, times: null, judgement, release.Decision.Adapter.Files, logged: null).Verify(files).ToList();
            if (fault is null)
            {
                Assert.Empty(findings);
                return;
            }
            var finding = Assert.Single(findings);
            // Of two files by one person the second in the order of names is the one too many.
            Assert.True(finding.Place == file || name == "a2");
            Assert.Contains(fault, finding.Message, StringComparison.Ordinal);
            // Who signed is nobody's word without a trust policy; what is said is read all the same.
            Assert.Equal(said.Outcome == ApprovalOutcome.Refused || said.Policy != approval.Policy, unseen.Count == 1);
            File.Delete(release.PathTo(file));
        }
    }

    [Fact]
    public void A_flipped_bit_in_an_approvals_signature_is_noticed_with_the_trust_policy()
    {
        using var people = new TrustFolder();
        using var release = new TestRelease();
        var trust = people.Policy("gate-ci: gate | gate", "a: reviewer | a");
        var statement = Approval.Of(release.Decision, "reviewer", ApprovalOutcome.Approved, "").ToStatement(release.Decision.Adapter);
        var other = SigstoreBundle.Parse(Attestation.Sign(statement with { Subjects = [new Subject("x", Digest.Of([1]))] }, people.Signer("a")), "bundle");
        var bundle = SigstoreBundle.Parse(Attestation.Sign(statement, people.Signer("a")), "bundle");
        var forged = bundle with { Envelope = bundle.Envelope with { Signatures = other.Envelope.Signatures } };
        var file = ReleaseLayout.PlaceOf(EndorsementFiles.ApprovalFile(people.Key("a").Public.Hint, "reviewer", Digest.Of(statement.ToBytes())));
        release.Write(file, forged.ToBytes());
        var files = FolderManifest.Read(release.Folder, TestContext.Current.CancellationToken).Files;
        var finding = Assert.Single(new ReleaseEndorsements(release.Folder, trust, times: null, Judgement.Of(release.Decision), release.Decision.Adapter.Files, logged: null).Verify(files));
        Assert.Equal((SignatureFault.BadSignature, file), (finding.Fault, finding.Place));
    }

    [Fact]
    public void An_approvers_certificate_is_judged_when_the_ledger_first_held_his_word_and_never_by_todays_clock()
    {
        using var people = new TrustFolder();
        using var release = new TestRelease();
        var trust = people.Policy("gate-ci: gate | gate", "a: reviewer | CN=a");
        var bundle = Attestation.Sign(Approval.Of(release.Decision, "reviewer", ApprovalOutcome.Approved, "").ToStatement(release.Decision.Adapter), people.Certified("a"));
        release.Write(ReleaseLayout.PlaceOf(EndorsementFiles.ApprovalFile(Digest.Of([1]), "reviewer", Digest.Of([2]))), bundle);

        Assert.Empty(Check(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal(SignatureFault.UntrustedCertificate, Assert.Single(Check(new DateTimeOffset(2027, 6, 1, 0, 0, 0, TimeSpan.Zero))).Fault);
        Assert.Empty(Check(null));

        // An entry of another kind is not about his word.
        Assert.Empty(Check(new DateTimeOffset(2027, 6, 1, 0, 0, 0, TimeSpan.Zero), EndorsementEntry.Waiver));

        // His certificate was lost: another of his, which is not the one that signed, does not stand in for it.
        trust = people.Policy("gate-ci: gate | gate", "a: reviewer | CN=a compromised=2026-05-01T00:00:00Z | CN=a from=2026-05-02T00:00:00Z");
        Assert.Empty(Check(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero)));
        var lost = Assert.Single(Check(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal((SignatureFault.OtherKey, "signed with a key of 'a' that was compromised by then"), (lost.Fault, lost.Message));
        Assert.Empty(Check(null));

        IEnumerable<VerificationFinding> Check(DateTimeOffset? logged, string type = EndorsementEntry.Approval)
        {
            var entry = new LedgerEntry(type, logged ?? default, [new LedgerSubject(type, Digest.Of(bundle))], [], LedgerEntry.NoData);
            var times = SignatureTimes.Of(LedgerHistory.Of(logged is null ? [] : [entry.ToCanonicalJson()]));
            return new ReleaseEndorsements(release.Folder, trust, times, Judgement.Of(release.Decision), release.Decision.Adapter.Files, logged: null).Verify(FolderManifest.Read(release.Folder, TestContext.Current.CancellationToken).Files);
        }
    }

    [Fact]
    public void What_the_ledger_logged_of_a_release_says_whose_word_must_be_in_it_and_on_which_basis()
    {
        using var people = new TrustFolder();
        using var release = new TestRelease();
        var approval = Approval.Of(release.Decision, "reviewer", ApprovalOutcome.Approved, "");
        var bundle = Attestation.Sign(approval.ToStatement(release.Decision.Adapter), people.Signer("a"));
        var file = ReleaseLayout.PlaceOf(EndorsementFiles.ApprovalFile(people.Key("a").Public.Hint, "reviewer", Digest.Of([2])));
        release.Write(file, bundle);
        var logged = DecisionData.Of(release.Decision, null) with { Basis = approval.Basis, Approvals = [new LoggedApproval("a", "reviewer", people.Key("a").Public.Hint, ApprovalOutcome.Approved, Digest.Of(bundle))] };

        Assert.Empty(Check(logged));
        Assert.Contains("another basis", Assert.Single(Check(logged with { Basis = Digest.Of([9]) })).Message, StringComparison.Ordinal);
        Assert.Contains("the approval of 'b' in the role risk-owner, which the ledger counts for this release, is missing", Assert.Single(Check(logged with { Approvals = [.. logged.Approvals!, new LoggedApproval("b", "risk-owner", Digest.Of([3]), ApprovalOutcome.Approved, Digest.Of([4]))] })).Message, StringComparison.Ordinal);
        Assert.Contains("under a waiver", Assert.Single(Check(logged with { Waivers = [new LoggedWaiver("fresh", Digest.Of([5]), [new LoggedSignature("b", Digest.Of([3]), Digest.Of([6]))], new DateOnly(2026, 5, 1))] })).Message, StringComparison.Ordinal);

        List<VerificationFinding> Check(DecisionData data) =>
            [.. new ReleaseEndorsements(release.Folder, people: null, times: null, Judgement.Of(release.Decision), release.Decision.Adapter.Files, data).Verify(FolderManifest.Read(release.Folder, TestContext.Current.CancellationToken).Files)];
    }

    private static Statement Changed(Statement statement, string old, string @new)
    {
        var text = System.Text.Encoding.UTF8.GetString(statement.ToBytes());
        Assert.Contains(old, text, StringComparison.Ordinal);
        return Statement.Parse(System.Text.Encoding.UTF8.GetBytes(text.Replace(old, @new, StringComparison.Ordinal)), "statement");
    }

    private static void AssertRefused(TestRelease release, string file, string word) =>
        Assert.Contains(release.Verify(withLog: false), finding => finding.Place.StartsWith(file, StringComparison.Ordinal) && finding.Message.Contains(word, StringComparison.Ordinal));
}
