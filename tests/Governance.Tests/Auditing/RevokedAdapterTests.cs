using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>A revocation takes back an adapter, in whatever release it lies; only people who approve after it bring it back.</summary>
public sealed class RevokedAdapterTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly TrustFolder _people = new();
    private readonly List<LedgerEntry> _entries = [];

    [Fact]
    public void An_earlier_release_of_the_same_adapter_falls_with_the_later_one()
    {
        Release(1, adapter: 7, Approve(1));
        Release(2, adapter: 7, Approve(2));
        Revoke(2, adapter: 7);
        Assert.Equal((ReleaseState.Revoked, ReleaseState.Revoked), (StateOf(1), StateOf(2)));
        Assert.Equal([ReleaseState.Revoked, ReleaseState.Revoked], Portfolio.Unjudged(History()).Select(release => release.State));
    }

    [Fact]
    public void Nothing_goes_back_to_the_adapter_that_is_taken_back()
    {
        Release(1, adapter: 6, Approve(1));
        Release(2, adapter: 7, Approve(2));
        Release(3, adapter: 7, Approve(3));
        Assert.Equal(1, DecisionData.Read(Register().LastGood(Find(3))!.Entry)!.Release);
        _entries.AddRange(new Rollback(Manifest(3), new ReleaseTarget(Manifest(2)), "x").ToEntries(Entry(3, 7, []), _people.Signer("a"), Start));
        Assert.Contains("a rollback to a release with exactly the adapter that it takes back", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_approval_from_before_the_revocation_carries_no_later_release()
    {
        var approval = Approve(1);
        Release(1, adapter: 7, approval);
        Revoke(1, adapter: 7);
        Release(2, adapter: 7, approval);
        Assert.Contains("the approval of 'a' in the role risk-owner is of no logged decision that names entry 3, which revoked a release with exactly this adapter", Breaches(), StringComparison.Ordinal);
        Assert.Equal(ReleaseState.Broken, StateOf(2));
    }

    [Fact]
    public void An_approval_that_reaches_the_ledger_after_the_revocation_in_whatever_bytes_is_of_what_was_decided_before_it()
    {
        var before = Ask(11);
        Release(1, adapter: 7, Approve(1, before));
        Revoke(1, adapter: 7);
        Release(2, adapter: 7, Approve(2, before));
        Assert.Contains("the approval of 'a' in the role risk-owner is of no logged decision that names entry 4, which revoked a release with exactly this adapter", Breaches(), StringComparison.Ordinal);
        Assert.Equal(ReleaseState.Broken, StateOf(2));
    }

    [Fact]
    public void An_approval_of_what_was_decided_after_the_revocation_stands()
    {
        Release(1, adapter: 7, Approve(1, Ask(11)));
        Revoke(1, adapter: 7);
        Release(2, adapter: 7, Approve(2, Ask(12, knows: 4)));
        Assert.Empty(Breaches());
        Assert.Equal((ReleaseState.Revoked, ReleaseState.Current), (StateOf(1), StateOf(2)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    [InlineData(99)]
    public void An_approval_of_what_was_logged_after_the_revocation_without_naming_it_brings_nothing_back(int? knows)
    {
        Release(1, adapter: 7, Approve(1, Ask(11)));
        Revoke(1, adapter: 7);
        Release(2, adapter: 7, Approve(2, Ask(12, knows)));
        Assert.Contains("is of no logged decision that names entry 4,", Breaches(), StringComparison.Ordinal);
        Assert.Equal(ReleaseState.Broken, StateOf(2));
    }

    [Fact]
    public void An_approval_of_what_names_a_later_revocation_stands()
    {
        Release(1, adapter: 7, Approve(1, Ask(11)));
        Revoke(1, adapter: 7);
        Revoke(1, adapter: 7);
        Release(2, adapter: 7, Approve(2, Ask(12, knows: 5)));
        Assert.Empty(Breaches());
    }

    [Fact]
    public void An_approval_that_is_logged_without_a_word_on_what_was_seen_brings_nothing_back()
    {
        Release(1, adapter: 7, Approve(1, Ask(11)));
        Revoke(1, adapter: 7);
        var said = JsonSerializer.SerializeToNode(new ApprovalData(Digest.Of([4]), Key("a"), ApprovalOutcome.Approved, Digest.Of([5]), "risk-owner", Decided(11)), RecordJson.Options)!;
        said.AsObject().Remove("decision");
        Release(2, adapter: 7, Approve(2, JsonSerializer.SerializeToElement(said)));
        Assert.Contains("the approval of 'a' in the role risk-owner is of no logged decision that names entry 4,", Breaches(), StringComparison.Ordinal);
        Assert.Equal(ReleaseState.Broken, StateOf(2));
    }

    [Fact]
    public void An_approval_of_a_decision_that_no_ledger_holds_brings_nothing_back()
    {
        Release(1, adapter: 7, Approve(1, Ask(11)));
        Revoke(1, adapter: 7);
        Release(2, adapter: 7, Approve(2, Decided(12)));
        Assert.Equal(ReleaseState.Broken, StateOf(2));
    }

    [Fact]
    public void An_approval_that_no_ledger_holds_brings_nothing_back()
    {
        Release(1, adapter: 7, Approve(1, Ask(11)));
        Revoke(1, adapter: 7);
        Release(2, adapter: 7, new LoggedApproval("a", "risk-owner", Key("a"), ApprovalOutcome.Approved, Digest.Of([99])));
        Assert.Contains("the approval of 'a' in the role risk-owner is in no entry, so nothing tells that it is from after entry 4, which revoked", Breaches(), StringComparison.Ordinal);
        Assert.Equal(ReleaseState.Broken, StateOf(2));
    }

    [Fact]
    public void A_policy_that_asks_nobody_brings_nothing_back()
    {
        Release(1, adapter: 7);
        Revoke(1, adapter: 7);
        Release(2, adapter: 7);
        Assert.Contains("nobody has approved it since", Breaches(), StringComparison.Ordinal);
        Assert.Equal(ReleaseState.Broken, StateOf(2));
    }

    [Fact]
    public void The_same_decision_in_another_form_is_no_new_one()
    {
        var approval = Approve(1);
        Release(1, adapter: 7, approval);
        Revoke(1, adapter: 7);

        // Another report, so another manifest, over the decision that was logged before the revocation.
        _entries.Add(Entry(2, 7, [approval]) with { Evidence = [new LedgerEvidence(Decision.SchemaName, Decided(1))] });
        Assert.Equal(ReleaseState.Revoked, StateOf(2));
    }

    [Fact]
    public void A_strangers_revocation_voids_nobodys_approval()
    {
        Release(1, adapter: 7, Approve(1));
        _entries.Add(new Revocation(Manifest(1), "x").ToEntry(Entry(1, 7, []), _people.Signer("stranger"), Start));
        Release(2, adapter: 7, Approve(1));
        Assert.Equal((ReleaseState.Broken, ReleaseState.Current), (StateOf(1), StateOf(2)));
    }

    public void Dispose() => _people.Dispose();

    private static Digest Manifest(int number) => Digest.Of([(byte)number, 1]);

    private static Digest Decided(int number) => Digest.Of([(byte)number, 2]);

    /// <summary>A gate decides, and waits for people.</summary>
    private Digest Ask(int number, int? knows = null)
    {
        _entries.Add(new LedgerEntry(
            DecisionData.EntryType, Start, [new LedgerSubject("routing", Digest.Of([7])), new LedgerSubject("decision.json", Decided(number))], [new LedgerEvidence(Decision.SchemaName, Decided(number))], (Data([]) with { Verdict = Verdict.Undecided, Revocation = knows }).ToElement()));
        return Decided(number);
    }

    private LoggedApproval Approve(int number, Digest? seen = null)
    {
        var said = new ApprovalData(Digest.Of([4]), Key("a"), ApprovalOutcome.Approved, Digest.Of([5]), "risk-owner", seen ?? Decided(99));
        return Approve(number, JsonSerializer.SerializeToElement(said, RecordJson.Options));
    }

    private LoggedApproval Approve(int number, JsonElement said)
    {
        var bundle = Digest.Of([(byte)number, 3]);
        _entries.Add(new LedgerEntry(EndorsementEntry.Approval, Start, [new LedgerSubject(EndorsementEntry.Approval, bundle)], [], said));
        return new LoggedApproval("a", "risk-owner", Key("a"), ApprovalOutcome.Approved, bundle);
    }

    private void Release(int number, int adapter, params LoggedApproval[] approvals)
    {
        _entries.Add(new LedgerEntry(
            DecisionData.EntryType, Start, [new LedgerSubject("routing", Digest.Of([(byte)adapter])), new LedgerSubject("decision.json", Decided(number))], [new LedgerEvidence(Decision.SchemaName, Decided(number))], Data(approvals).ToElement()));
        _entries.Add(Entry(number, adapter, approvals));
    }

    private LedgerEntry Entry(int number, int adapter, LoggedApproval[] approvals) => new(
        ReleaseLayout.EntryType, Start, [new LedgerSubject("routing", Digest.Of([(byte)adapter])), new LedgerSubject(ReleaseLayout.EntrySubject, Manifest(number))],
        [new LedgerEvidence(Decision.SchemaName, Decided(number))], (Data(approvals) with { Release = number }).ToElement());

    private DecisionData Data(LoggedApproval[] approvals) => new(
        Verdict.Approved, new LoggedIdentity("policy", "1", Digest.Of([5])), Key("gate"), approvals.Length > 0 ? [new RoleDemand("risk-owner", 1)] : null,
        new LoggedIdentity("trust", "1", Digest.Of([8])), ["t"], Digest.Of([4]), approvals);

    private void Revoke(int number, int adapter) => _entries.Add(new Revocation(Manifest(number), "Leaks.").ToEntry(Entry(number, adapter, []), _people.Signer("a"), Start));

    private Digest Key(string name) => _people.Key(name).Public.Hint;

    private TrustPolicy Trust() => _people.Policy("gate-ci: gate | gate", "a: risk-owner | a", "t: author");

    private LedgerHistory History() => LedgerHistory.Of([.. _entries.Select(entry => (ReadOnlyMemory<byte>)entry.ToCanonicalJson())]);

    private ReleaseRegister Register() => new(History(), Trust(), SignatureTimes.Of(History()), witnessed: null);

    private LoggedEvent Find(int number) => ReleaseRegister.Find(History(), Manifest(number))!;

    private ReleaseState StateOf(int number) => Register().StateOf(Find(number));

    private string Breaches() => string.Join('\n', ReleaseAuditor.Audit(History(), Trust(), SignatureTimes.Of(History())));
}
