using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

public sealed class ReleaseAuditorTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Digest Basis = Digest.Of([1]);
    private static readonly LedgerSubject Adapter = new("routing", Digest.Of([2]));

    private readonly TrustFolder _people = new();
    private readonly List<LedgerEntry> _entries = [];
    private string[] _signers = ["gate-ci: gate | gate", "a: reviewer | a", "b: risk-owner | b", "c: risk-owner | c"];

    [Fact]
    public void A_ledger_as_gates_write_it_has_no_breach()
    {
        Honest();
        Honest(2);
        Assert.Empty(Audit());
    }

    [Fact]
    public void A_release_without_a_decision_before_it_is_a_breach()
    {
        Honest();
        _entries.Reverse();
        Assert.Contains("no decision that the release rests on was logged before it", Breaches(), StringComparison.Ordinal);
        _entries.Clear();
        Add(ReleaseLayout.EntryType, Data() with { Release = 1 });
        Assert.Contains("entry 0: no decision", Breaches(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Verdict.Rejected)]
    [InlineData(Verdict.Undecided)]
    public void A_release_of_what_was_not_approved_is_a_breach(Verdict verdict)
    {
        Honest(change: data => data with { Verdict = verdict });
        Assert.Contains($"whose verdict is {verdict.ToString().ToLowerInvariant()}", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_quorum_that_is_not_there_is_a_breach()
    {
        Honest(change: data => data with { Approvals = [data.Approvals![0]] });
        Assert.Contains("entry 3: its quorum is not there: 1 lack in the role risk-owner", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_author_who_approved_or_waived_is_a_breach()
    {
        Honest(change: data => data with { Authors = ["a", "t"] });
        Assert.Contains("the approval of 'a' in the role reviewer does not count: authors may not approve", Breaches(), StringComparison.Ordinal);
        Assert.Contains("its quorum is not there: 1 lack in the role reviewer", Breaches(), StringComparison.Ordinal);
        _entries.Clear();
        Honest(change: data => data with { Authors = ["a", "t"], AuthorsMayApprove = true });
        Assert.Empty(Audit());
        _entries.Clear();
        Waived("2026-05-01", "c");
        Assert.Contains("the signature of 'c' under the waiver of 'fresh' does not count: authors may not waive", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_quorum_without_named_authors_is_a_breach()
    {
        Honest(change: data => data with { Authors = [] });
        Assert.Contains("entry 3: it excludes authors from approving and names none", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_approval_that_was_not_logged_or_says_something_else_is_a_breach()
    {
        Honest(change: data => data with { Approvals = [data.Approvals![0], data.Approvals[1] with { Sha256 = Digest.Of([99]) }] });
        Assert.Contains("the approval of 'b' in the role risk-owner was not logged before it", Breaches(), StringComparison.Ordinal);
        _entries.Clear();
        Honest(change: data => data with { Basis = Digest.Of([7]) });
        Assert.Contains("is not what entry 0 logged", Breaches(), StringComparison.Ordinal);
        _entries.Clear();
        Honest(change: data => data with { Approvals = [data.Approvals![0], data.Approvals[1] with { Signer = "c" }] });
        Assert.Contains("the key", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_about_two_bundles_is_the_approval_of_neither()
    {
        Honest();
        var index = _entries.FindIndex(entry => entry.Type == EndorsementEntry.Approval);
        _entries[index] = _entries[index] with { Subjects = [new LedgerSubject(EndorsementEntry.Approval, Digest.Of([77])), .. _entries[index].Subjects] };
        Assert.Contains($"is not what entry {index} logged", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_approval_that_nobody_logged_is_a_breach_also_where_the_policy_asks_nobody()
    {
        Honest(change: data => data with { Quorum = null, Approvals = [data.Approvals![1] with { Sha256 = Digest.Of([99]) }] });
        Assert.Contains("the approval of 'b' in the role risk-owner was not logged before it", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_that_says_something_else_than_its_decision_is_a_breach()
    {
        Honest();
        var decision = _entries.FindIndex(entry => entry.Type == DecisionData.EntryType);
        _entries[^1] = _entries[^1] with { Data = (DecisionData.Read(_entries[decision])! with { Release = 1, Waivers = [new LoggedWaiver("fresh", Basis, [], new DateOnly(2026, 6, 1))] }).ToElement() };
        Assert.Equal($"entry {_entries.Count - 1}: it says something else than entry {decision}, the decision that it rests on", Breaches());
    }

    [Theory]
    [InlineData("a: reviewer | a compromised=2026-05-01T09:00:00Z", "was compromised by then")]
    [InlineData("a: reviewer | a from=2026-06-01T00:00:00Z", "was outside its window")]
    [InlineData("a: auditor | a", "is nobody's")]
    [InlineData("a: reviewer | a compromised=2026-05-02T00:00:00Z", null)]
    public void Keys_are_judged_by_the_time_at_which_the_ledger_holds_them(string signer, string? breach)
    {
        Honest();
        _signers = [_signers[0], signer, _signers[2]];
        if (breach is null)
            Assert.Empty(Audit());
        else
            Assert.Contains(breach, Breaches(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: reviewer | a compromised=2026-05-01T09:00:00Z | CN=a", "was compromised by then")]
    [InlineData("a: reviewer | a until=2026-05-01T09:00:00Z | CN=a", "was outside its window")]
    [InlineData("a: reviewer | CN=a", "is nobody's", "someone: author | a")]
    [InlineData("a: reviewer | CN=a", null)]
    public void A_key_that_is_named_is_judged_as_that_key_although_its_owner_has_a_certificate_too(string signer, string? breach, params string[] others)
    {
        Honest();
        _signers = [_signers[0], signer, _signers[2], .. others];
        if (breach is null)
            Assert.Empty(Audit());
        else
            Assert.Contains(breach, Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gates_compromised_key_does_not_pass_for_the_key_of_another_gates_certificate()
    {
        Honest();
        _signers = ["gate-ci: gate | gate compromised=2026-01-01T00:00:00Z", "gate-new: gate | CN=gate", .. _signers[1..]];
        Assert.Contains("was compromised by then", Breaches(), StringComparison.Ordinal);

        // Of a key that nobody names the ledger cannot tell whether a certificate was for it: that is said, and left to the dossiers.
        _signers[0] = "gate-ci: gate | other";
        Assert.Empty(Audit());
        var limits = AuditLimits.Of(History(), _people.Policy(_signers), new HashSet<long>());
        Assert.Contains(limits, limit => limit.Contains($"whose the keys {Key("gate").Abbreviated} are", StringComparison.Ordinal));
    }

    [Fact]
    public void A_gate_whose_key_was_compromised_or_that_nobody_named_is_a_breach()
    {
        Honest();
        _signers[0] = "gate-ci: gate | gate compromised=2026-01-01T00:00:00Z";
        Assert.Contains("the gate's key", Breaches(), StringComparison.Ordinal);
        _entries.Clear();
        Honest(change: data => data with { Gate = null });
        Assert.Contains("it names no gate's key", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_logged_refusal_that_a_dossier_lost_is_a_breach()
    {
        AddApproval("c", "risk-owner", ApprovalOutcome.Refused, 60);
        Honest();
        Assert.Contains("a refusal stands against it, entry 0", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void Release_numbers_go_up_by_one_for_each_name()
    {
        Honest(2);
        Assert.Contains("the number 2 where 1 is next", Breaches(), StringComparison.Ordinal);
        _entries.Clear();
        Honest();
        Honest();
        Assert.Contains("the number 1 where 2 is next", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_that_was_set_back_is_a_breach()
    {
        Honest();
        Add("note", Data(), Start.AddHours(-1));
        Assert.Contains("a clock was wrong or set back", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_whose_plan_was_not_logged_before_it_is_a_breach()
    {
        var plan = Digest.Of([60]);
        var logged = Planned(plan);
        Honest();
        var decision = _entries.FindIndex(entry => entry.Type == DecisionData.EntryType);
        _entries[decision] = _entries[decision] with { Evidence = [.. _entries[decision].Evidence, new LedgerEvidence("loragate.plan/1", plan)] };
        Assert.Contains("the plan that it was judged by was not logged before it", Breaches(), StringComparison.Ordinal);
        _entries.Add(logged);
        Assert.Contains("the plan that it was judged by was not logged before it", Breaches(), StringComparison.Ordinal);
        _entries.Insert(0, logged);
        Assert.Empty(Audit());
    }

    [Fact]
    public void A_plan_that_was_logged_for_another_adapter_or_policy_is_none_of_the_decisions()
    {
        var plan = Digest.Of([60]);
        Honest();
        var decision = _entries.FindIndex(entry => entry.Type == DecisionData.EntryType);
        _entries[decision] = _entries[decision] with { Evidence = [.. _entries[decision].Evidence, new LedgerEvidence("loragate.plan/1", plan)] };
        _entries.Insert(0, Planned(plan) with { Subjects = [Adapter with { Sha256 = Digest.Of([61]) }, new LedgerSubject("plan.json", plan)] });
        _entries.Insert(0, Planned(plan) with { Data = JsonSerializer.SerializeToElement(new { Policy = new LoggedIdentity("policy", "1", Digest.Of([62])) }, RecordJson.Options) });
        Assert.Contains("was not logged before it, for its adapter and policy", Breaches(), StringComparison.Ordinal);
        _entries.Insert(0, Planned(plan));
        Assert.Empty(Audit());
    }

    [Fact]
    public void A_decision_on_a_merge_that_cites_no_plan_is_a_breach()
    {
        Honest();
        var decision = _entries.FindIndex(entry => entry.Type == DecisionData.EntryType);
        _entries[decision] = _entries[decision] with { Evidence = [.. _entries[decision].Evidence, new LedgerEvidence("loragate.merge-receipt/1", Digest.Of([63]))] };
        Assert.Equal($"entry {decision}: it rests on a merge and on no plan that was fixed before its scores", Breaches());
    }

    [Theory]
    [InlineData("2026-05-01", null)]
    [InlineData("2026-04-30", "had expired on 2026-04-30")]
    public void A_waiver_holds_until_its_last_day(string until, string? breach)
    {
        Waived(until, "t");
        if (breach is null)
            Assert.Empty(Audit());
        else
            Assert.Contains(breach, Breaches(), StringComparison.Ordinal);
        _entries.RemoveAt(0);
        Assert.Contains("under the waiver of 'fresh' was not logged before it", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_in_another_form_is_a_breach_and_never_an_exception()
    {
        foreach (var data in new[] { "{}", "{\"verdict\":1}", "{\"release\":\"x\",\"verdict\":\"approved\"}" })
            _entries.Add(new LedgerEntry(ReleaseLayout.EntryType, Start, [Adapter], [], JsonDocument.Parse(data).RootElement));
        Assert.Equal(3, Audit().Count(finding => finding.Message.Contains("no gate writes", StringComparison.Ordinal)));
    }

    public void Dispose() => _people.Dispose();

    /// <summary>A waiver by b and c, and a release that rests on it.</summary>
    private void Waived(string until, string author)
    {
        var waiver = new WaiverData(new DateOnly(2026, 4, 1), Key("b"), Digest.Of([3]), "fresh", DateOnly.Parse(until, System.Globalization.CultureInfo.InvariantCulture), Digest.Of([4]));
        List<LoggedSignature> signatures = [];
        foreach (var signer in new[] { "b", "c" })
        {
            var bundle = Digest.Of(System.Text.Encoding.ASCII.GetBytes($"waiver by {signer}"));
            _entries.Add(new LedgerEntry(EndorsementEntry.Waiver, Start, [new LedgerSubject(EndorsementEntry.Waiver, bundle)], [], JsonSerializer.SerializeToElement(waiver with { Key = Key(signer) }, RecordJson.Options)));
            signatures.Add(new LoggedSignature(signer, Key(signer), bundle));
        }
        Honest(change: data => data with { Authors = [author], Waivers = [new LoggedWaiver("fresh", waiver.Waiver, signatures, waiver.Until)] });
    }

    /// <summary>Two approvals, the decision that counts them, and its release.</summary>
    private void Honest(int number = 1, Func<DecisionData, DecisionData>? change = null)
    {
        DecisionData data = Data() with { Approvals = [AddApproval("a", "reviewer", ApprovalOutcome.Approved, number), AddApproval("b", "risk-owner", ApprovalOutcome.Approved, number)] };
        data = change?.Invoke(data) ?? data;
        var decision = Digest.Of([(byte)number, 50]);
        _entries.Add(new LedgerEntry("note", Start, [Adapter], [], LedgerEntry.NoData));
        Add(DecisionData.EntryType, data, Start, decision);
        Add(ReleaseLayout.EntryType, data with { Release = number }, Start, decision);
    }

    private LedgerEntry Planned(Digest plan) =>
        new(PlanEntry.EntryType, Start, [Adapter, new LedgerSubject("plan.json", plan)], [], JsonSerializer.SerializeToElement(new { Data().Policy }, RecordJson.Options));

    private DecisionData Data() => new(
        Verdict.Approved, new LoggedIdentity("policy", "1", Digest.Of([3])), Key("gate"), [new RoleDemand("reviewer", 1), new RoleDemand("risk-owner", 1)],
        new LoggedIdentity("trust", "1", Digest.Of([5])), ["t"], Basis, []);

    private LoggedApproval AddApproval(string signer, string role, ApprovalOutcome outcome, int number)
    {
        var bundle = Digest.Of([(byte)number, (byte)signer[0]]);
        _entries.Add(new LedgerEntry(EndorsementEntry.Approval, Start, [new LedgerSubject(EndorsementEntry.Approval, bundle)], [],
            JsonSerializer.SerializeToElement(new ApprovalData(Basis, Key(signer), outcome, Digest.Of([3]), role, Digest.Of([4])), RecordJson.Options)));
        return new LoggedApproval(signer, role, Key(signer), outcome, bundle);
    }

    private void Add(string type, DecisionData data, DateTimeOffset? time = null, Digest? decision = null) => _entries.Add(new LedgerEntry(
        type, time ?? Start, decision is { } digest && type == DecisionData.EntryType ? [Adapter, new LedgerSubject("decision.json", digest)] : [Adapter],
        decision is { } evidence ? [new LedgerEvidence("loragate.decision/1", evidence)] : [], data.ToElement()));

    private Digest Key(string name) => _people.Key(name).Public.Hint;

    private IReadOnlyList<AuditFinding> Audit() =>
        ReleaseAuditor.Audit(History(), _people.Policy(_signers), SignatureTimes.Of(History()));

    private LedgerHistory History() => LedgerHistory.Of([.. _entries.Select(entry => (ReadOnlyMemory<byte>)entry.ToCanonicalJson())]);

    private string Breaches() => string.Join('\n', Audit());
}
