using System.Text;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Deciding;
using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Timestamps;
using Loragate.Governance.Tests.Deciding;
using Loragate.Testing;

namespace Loragate.Governance.Approvals;

public sealed class ApprovalTests : IDisposable
{
    private const string Page = "approvals.v1.md";
    private readonly ApprovedCase _case = new();

    [Fact]
    public void Nothing_is_approved_until_the_quorum_is_there()
    {
        Assert.Equal((Outcome.Undecided, Reason.ApprovalsMissing), Told());
        Assert.Contains("2 in the role reviewer, 1 in the role risk-owner", _case.Rule().Summary, StringComparison.Ordinal);
        _case.Sign("a", "reviewer");
        _case.Sign("c", "risk-owner");
        Assert.Equal((Outcome.Undecided, Reason.ApprovalsMissing), Told());
        Assert.Equal([1, 0], _case.Decide().Quorum!.Select(role => role.Missing));
        _case.Sign("b", "reviewer");
        Assert.Equal((Outcome.Passed, Reason.QuorumReached), Told());
        var decision = _case.Decide();
        Assert.Equal(Verdict.Approved, decision.Verdict);
        Assert.Equal(3, decision.Evidence.Count(link => link.Schema == Approval.PredicateType));
    }

    [Fact]
    public void A_new_day_voids_nothing()
    {
        SignAll();
        Assert.Equal(Verdict.Approved, _case.Decide(SampleEvidence.Day.AddDays(20)).Verdict);
    }

    [Fact]
    public void New_evidence_voids_every_approval()
    {
        SignAll();
        var changed = _case.Decide(null, new Finding("note", Artifacts.Records.Severity.Warn, "x", "x", "x"));
        Assert.Equal(Verdict.Undecided, changed.Verdict);
        Assert.All(changed.Approvals!, approval => Assert.Equal(ApprovalState.OtherBasis, approval.State));
        Assert.DoesNotContain(changed.Evidence, link => link.Schema == Approval.PredicateType);
    }

    [Fact]
    public void Another_policy_or_trust_policy_voids_every_approval()
    {
        SignAll();
        _case.Policy = _case.Changed("description: Asks people.", "description: Asks the same people.");
        Assert.All(_case.Decide().Approvals!, approval => Assert.Equal(ApprovalState.OtherPolicy, approval.State));
        _case.Policy = _case.Changed("x", "x");
        _case.Trust = _case.People.Read(File.ReadAllText(_case.People.Temp.PathTo("trust.yaml")) + "\n# a remark\n");
        Assert.All(_case.Decide().Approvals!, approval => Assert.Equal(ApprovalState.OtherBasis, approval.State));
    }

    [Fact]
    public void A_revocation_voids_what_was_approved_before_it_and_no_refusal()
    {
        SignAll();
        _case.Revoke();
        Assert.Equal((Outcome.Undecided, Reason.ApprovalsMissing), Told());
        Assert.All(_case.Decide().Approvals!, approval => Assert.Equal(ApprovalState.BeforeRevocation, approval.State));
        Assert.True(_case.Decide().IsBeforeRevocation(_case.Decide().Approvals![0].File));
        _case.Sign("a2", "reviewer", ApprovalOutcome.Refused);
        _case.Revoke();
        Assert.Equal(Outcome.Failed, _case.Rule().Outcome);
    }

    [Fact]
    public void An_approval_of_another_adapter_does_not_count()
    {
        var other = Approval.Of(_case.Decide(), "reviewer", ApprovalOutcome.Approved, "").ToStatement(new AdapterIdentity("adapter", Digest.Of([1]), [new FileEntry("adapter_config.json", 1, Digest.Of([2]))]));
        _case.Add(Attestation.Sign(other, _case.People.Signer("a")));
        Assert.Equal(ApprovalState.OtherAdapter, _case.LastState());
    }

    [Fact]
    public void A_refusal_fails_the_rule_however_many_approve()
    {
        SignAll();
        _case.Sign("a2", "reviewer", ApprovalOutcome.Refused);
        Assert.Equal((Outcome.Failed, Reason.ApprovalRefused), Told());
        Assert.Equal(Verdict.Rejected, _case.Decide().Verdict);
    }

    [Fact]
    public void A_refusal_in_a_role_that_nobody_asks_for_fails_nothing()
    {
        _case.Policy = _case.Changed("{reviewer: 2, risk-owner: 1}", "{reviewer: 1}");
        _case.Sign("a", "reviewer");
        _case.Sign("c", "risk-owner", ApprovalOutcome.Refused);
        Assert.Equal(ApprovalState.RoleNotDemanded, _case.LastState());
        Assert.Equal(Outcome.Passed, _case.Rule().Outcome);
    }

    [Theory]
    [InlineData("{\"dsseEnvelope\"", "{ \"dsseEnvelope\"")]
    [InlineData("\"keyid\":\"\"", "\"keyid\":\"other\"")]
    [InlineData("\"tlogEntries\":[]", "\"tlogEntries\":[{\"logIndex\":\"1\"}]")]
    public void An_approval_in_another_form_than_it_was_written_in_counts_for_nothing_and_is_not_logged(string written, string changed)
    {
        _case.Sign("c", "risk-owner");
        var statement = Approval.Of(_case.Decide(), "reviewer", ApprovalOutcome.Approved, "").ToStatement(SampleEvidence.Inspection().Record.Adapter);
        var text = Encoding.UTF8.GetString(Attestation.Sign(statement, _case.People.Signer("a")));
        Assert.Contains(written, text, StringComparison.Ordinal);
        var bundle = Encoding.UTF8.GetBytes(text.Replace(written, changed, StringComparison.Ordinal));
        _case.Add(bundle);
        Assert.Equal(ApprovalState.Malformed, _case.LastState());
        Assert.Null(EndorsementEntry.Of(EndorsementEntry.Approval, new FiledBundle("a", bundle, ApprovedCase.Now, IsLogged: false), _case.Trust));
    }

    [Fact]
    public void An_adapter_that_was_taken_back_comes_back_by_people_and_by_no_rule()
    {
        _case.Revocation = new AdapterRevocation(12, "c", "Leaks.");
        Assert.Equal(Verdict.Undecided, _case.Decide().Verdict);
        _case.Sign("a", "reviewer");
        _case.Sign("b", "reviewer");
        _case.Sign("c", "risk-owner");
        Assert.Equal((Verdict.Approved, false, false), (_case.Decide().Verdict, _case.Decide().IsTakenBack, _case.Decide().IsRejectedByRevocation));

        _case.Policy = _case.Changed("\n  - {id: people, check: approval, severity: block, why: why, roles: {reviewer: 2, risk-owner: 1}}", "");
        Assert.Equal((Verdict.Rejected, true, true), (_case.Decide().Verdict, _case.Decide().IsTakenBack, _case.Decide().IsRejectedByRevocation));
        Assert.Equal(_case.Revocation, _case.Decide().Revocation);
        _case.Revocation = null;
        Assert.Equal((Verdict.Approved, false), (_case.Decide().Verdict, _case.Decide().IsTakenBack));
    }

    [Fact]
    public void A_person_with_two_keys_counts_once()
    {
        _case.Sign("c", "risk-owner");
        _case.Sign("a", "reviewer");
        _case.Sign("a2", "reviewer");
        Assert.Equal((Outcome.Undecided, Reason.ApprovalsMissing), Told());
        Assert.Single(_case.Decide().Approvals!, approval => approval.State == ApprovalState.SamePerson);
    }

    [Fact]
    public void One_key_that_a_certificate_gives_to_a_second_person_counts_once()
    {
        var pem = _case.People.Key("b").SelfSign("second", ApprovedCase.Now.AddDays(-1), ApprovedCase.Now.AddDays(1));
        _case.People.Temp.Write("ca.pem", Encoding.ASCII.GetBytes(pem));
        _case.Trust = _case.People.Read(File.ReadAllText(_case.People.Temp.PathTo("trust.yaml")) + "  - {id: second, roles: [reviewer], keys: [{roots: ca.pem, subject: CN=second}]}\n");
        _case.Sign("b", "reviewer");
        var statement = Approval.Of(_case.Decide(), "reviewer", ApprovalOutcome.Approved, "").ToStatement(SampleEvidence.Inspection().Record.Adapter);
        _case.Add(Attestation.Sign(statement, new Signer(_case.People.Key("b"), CertificateChainMaterial.FromPem(pem, _case.People.Key("b").Public, "b"))), "approvals/ffffffffffff-reviewer-ffffffffffff.sigstore.json");
        Assert.Equal(ApprovalState.SamePerson, _case.LastState());
    }

    [Fact]
    public void An_author_does_not_approve_but_may_refuse()
    {
        _case.Sign("trainer", "reviewer");
        Assert.Equal(ApprovalState.Author, _case.LastState());
        _case.Sign("trainer", "reviewer", ApprovalOutcome.Refused);
        Assert.Equal(Outcome.Failed, _case.Rule().Outcome);
    }

    [Fact]
    public void An_author_whom_the_policy_does_not_exclude_approves()
    {
        _case.Policy = _case.Changed("risk-owner: 1}", "risk-owner: 1}, excludeAuthor: false");
        _case.Sign("trainer", "reviewer");
        Assert.Equal(ApprovalState.Counted, _case.LastState());
    }

    [Fact]
    public void Without_a_known_author_nothing_that_excludes_authors_passes()
    {
        _case.Authors = [];
        SignAll();
        Assert.Equal((Outcome.Undecided, Reason.AuthorUnknown), Told());
    }

    [Fact]
    public void Without_a_trust_policy_the_rule_is_undecided()
    {
        var decision = DecisionMaker.Decide(_case.Policy, new Evidence { Inspection = SampleEvidence.Inspection(), Receipt = SampleEvidence.Receipt() }, SampleEvidence.Day);
        Assert.Equal((Outcome.Undecided, Reason.TrustMissing), (_case.Rule(decision).Outcome, _case.Rule(decision).Reason));
        Assert.Null(decision.Approvals);
    }

    [Fact]
    public void The_gates_own_key_approves_nothing()
    {
        _case.Sign("gate", "reviewer");
        Assert.Equal(ApprovalState.GateKey, _case.LastState());
    }

    [Fact]
    public void A_stranger_and_a_role_that_is_not_held_do_not_count()
    {
        _case.Sign("stranger", "reviewer");
        Assert.Equal(ApprovalState.UnknownSigner, _case.LastState());
        _case.Sign("b", "risk-owner");
        Assert.Equal(ApprovalState.RoleNotHeld, _case.LastState());
    }

    [Theory]
    [InlineData("from=2026-07-02T00:00:00Z", 1, ApprovalState.OutsideWindow)]
    [InlineData("from=2026-07-02T00:00:00Z", 2, ApprovalState.Counted)]
    [InlineData("until=2026-07-03T00:00:00Z", 2, ApprovalState.Counted)]
    [InlineData("until=2026-07-03T00:00:00Z", 3, ApprovalState.OutsideWindow)]
    [InlineData("compromised=2026-07-03T00:00:00Z", 2, ApprovalState.Counted)]
    [InlineData("compromised=2026-07-03T00:00:00Z", 3, ApprovalState.Compromised)]
    public void The_ledgers_time_decides_whether_a_key_counted(string window, int day, ApprovalState state)
    {
        _case.Trust = _case.People.Policy("gate-ci: gate | gate", $"a: reviewer | a {window}", "trainer: author");
        _case.Sign("a", "reviewer", at: new DateTimeOffset(2026, 7, day, 9, 0, 0, TimeSpan.Zero));
        Assert.Equal(state, _case.LastState());
        Assert.Equal(day, _case.Decide().Approvals![0].Logged!.Value.Day);
    }

    [Fact]
    public void A_time_stamp_proves_that_a_key_counted_before_the_ledger_saw_what_it_signed()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using Authority authority = new(), stranger = new();
        var now = DateTimeOffset.UtcNow;
        _case.People.Temp.Write("tsa.pem", Encoding.ASCII.GetBytes(authority.RootsPem));
        _case.Trust = _case.People.Read(_case.People.Text("gate-ci: gate | gate", $"a: reviewer | a until={now.AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}", "trainer: author") + "timestampRoots: [tsa.pem]\n");
        var statement = Approval.Of(_case.Decide(), "reviewer", ApprovalOutcome.Approved, "").ToStatement(SampleEvidence.Inspection().Record.Adapter);
        var signed = Attestation.Sign(statement, _case.People.Signer("a"));
        byte[] Stamped(Authority by) => BundleStamp.Add(signed, by.Reply(BundleStamp.Request(signed, "approval")), "approval");
        ApprovalState StateOf(byte[] bundle, string file)
        {
            _case.Add(bundle, $"approvals/{file}-reviewer-{file}.sigstore.json", now.AddDays(2));
            return _case.LastState();
        }

        Assert.Equal(ApprovalState.OutsideWindow, StateOf(signed, "000000000001"));
        Assert.Equal(ApprovalState.BadTimestamp, StateOf(Stamped(stranger), "000000000002"));
        Assert.Equal(ApprovalState.Counted, StateOf(Stamped(authority), "000000000003"));
    }

    [Fact]
    public void An_edited_bundle_does_not_count()
    {
        var statement = Approval.Of(_case.Decide(), "reviewer", ApprovalOutcome.Refused, "").ToStatement(SampleEvidence.Inspection().Record.Adapter);
        var bundle = JsonDocument.Parse(Attestation.Sign(statement, _case.People.Signer("a"))).RootElement.ToString();
        var payload = Convert.ToBase64String(statement.ToBytes());
        var edited = Convert.ToBase64String(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(statement.ToBytes()).Replace("refused", "approved", StringComparison.Ordinal)));
        _case.Add(Encoding.UTF8.GetBytes(bundle.Replace(payload, edited, StringComparison.Ordinal)));
        Assert.Equal(ApprovalState.BadSignature, _case.LastState());
        _case.Add("{}"u8.ToArray());
        Assert.Equal(2, _case.Decide().Approvals!.Count(approval => approval.State is ApprovalState.BadSignature or ApprovalState.Malformed));
    }

    [Theory]
    [InlineData("{\"basis\":{\"sha256\":\"x\"}}")]
    [InlineData("{}")]
    public void A_predicate_of_another_form_is_malformed(string predicate)
    {
        var statement = new Statement(Attestation.SubjectsOf(SampleEvidence.Inspection().Record.Adapter.Files), Approval.PredicateType, JsonDocument.Parse(predicate).RootElement);
        _case.Add(Attestation.Sign(statement, _case.People.Signer("a")));
        Assert.Equal(ApprovalState.Malformed, _case.LastState());
    }

    [Fact]
    public void The_predicate_and_the_basis_of_the_format_page_are_what_is_written()
    {
        var (approval, basis) = (FormatPage.Example(Page, "json approval").TrimEnd(), FormatPage.Example(Page, "json basis").TrimEnd());
        var read = Approval.Read(new Statement([new Subject("a", Digest.Of([1]))], Approval.PredicateType, JsonDocument.Parse(approval).RootElement), Page);
        Assert.Equal(approval, Encoding.UTF8.GetString(RecordJson.Canonical(read.ToStatement(SampleEvidence.Inspection().Record.Adapter).Predicate)));
        Assert.Equal(basis, Encoding.UTF8.GetString(RecordJson.Canonical(JsonSerializer.Deserialize<ApprovalBasis>(basis, RecordJson.Options)!)));
    }

    [Fact]
    public void The_same_arguments_give_the_same_bytes_which_read_back()
    {
        SignAll();
        Assert.Equal(_case.Decide().ToCanonicalJson(), _case.Decide().ToCanonicalJson());
        Assert.Equal(_case.Decide().ComputeDigest(), Artifacts.Records.Record.Parse<Decision>(_case.Decide().ToCanonicalJson(), "decision").ComputeDigest());
    }

    public void Dispose() => _case.Dispose();

    private void SignAll()
    {
        _case.Sign("a", "reviewer");
        _case.Sign("b", "reviewer");
        _case.Sign("c", "risk-owner");
    }

    private (Outcome, string) Told() => (_case.Rule().Outcome, _case.Rule().Reason);
}
