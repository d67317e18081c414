using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Auditing;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

public sealed class RollbackTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly TrustFolder _people = new();
    private readonly List<LedgerEntry> _entries = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_rollback_is_read_back_as_it_was_signed_with_its_revocation_before_it(bool toRelease)
    {
        RollbackTarget target = toRelease ? new ReleaseTarget(Manifest(1)) : new BaseTarget(Proof());
        var entries = new Rollback(Manifest(2), target, "Leaks addresses.").ToEntries(Release(2), Signer("a"), Start);
        Assert.Equal([Revocation.EntryType, Rollback.EntryType], entries.Select(entry => entry.Type));
        var read = Rollback.Read(new LoggedEvent(7, entries[1]), _people.Policy("a: risk-owner | a"), out var signer);
        Assert.Equal((new Rollback(Manifest(2), target, "Leaks addresses.").Reason, "a", Manifest(2)), (read.Reason, signer, read.From));
        Assert.Equal(toRelease ? Manifest(1) : Proof().ComputeDigest(), read.To is ReleaseTarget { Release: var release } ? release : ((BaseTarget)read.To).Proof.ComputeDigest());
        Assert.Equal(!toRelease, entries[1].Evidence.Contains(new LedgerEvidence("loragate.unmerge-receipt/1", Proof().ComputeDigest())));
    }

    [Fact]
    public void Nobody_known_rolls_nothing_back()
    {
        var entry = new Rollback(Manifest(2), new ReleaseTarget(Manifest(1)), "x").ToEntries(Release(2), Signer("stranger"), Start)[1];
        Assert.Throws<SignatureException>(() => Rollback.Read(new LoggedEvent(7, entry), _people.Policy("a: risk-owner | a"), out _));
    }

    [Fact]
    public void A_revocation_under_another_releases_name_revokes_neither()
    {
        LogRelease(1);
        LogRelease(2);
        var entry = new Revocation(Manifest(1), "x").ToEntry(Release(2), Signer("a"), Start);
        Assert.Contains("another release", Assert.Throws<SignatureException>(() => Revocation.Read(new LoggedEvent(7, entry), _people.Policy("a: risk-owner | a"), out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_may_be_called_release()
    {
        var entry = new LedgerEntry(ReleaseLayout.EntryType, Start, [new LedgerSubject(ReleaseLayout.EntrySubject, Manifest(8)), new LedgerSubject(ReleaseLayout.EntrySubject, Manifest(9))], [], LedgerEntry.NoData);
        Assert.Equal(Manifest(9), ReleaseLayout.ManifestIn(entry));
    }

    [Fact]
    public void The_last_good_release_is_the_highest_before_that_nobody_revoked_and_nothing_speaks_against()
    {
        LogRelease(1);
        LogRelease(2);
        LogRelease(3);
        LogRelease(4);
        Assert.Equal(3, LastGoodBefore(4));
        Assert.Null(LastGoodBefore(1));
        _entries.Add(new Revocation(Manifest(3), "x").ToEntry(Release(3), Signer("a"), Start));
        Assert.Equal(2, LastGoodBefore(4));

        // What rests on no approving decision is no good release.
        Reject(2);
        Assert.Equal(1, LastGoodBefore(4));
    }

    [Fact]
    public void An_audit_holds_a_rollback_against_what_was_logged_before_it()
    {
        LogRelease(1);
        LogRelease(2);
        _entries.AddRange(new Rollback(Manifest(2), new ReleaseTarget(Manifest(1)), "x").ToEntries(Release(2), Signer("a"), Start));
        Assert.Empty(Breaches());
        _entries.Add(new Rollback(Manifest(1), new ReleaseTarget(Manifest(9)), "x").ToEntries(Release(1), Signer("a"), Start)[1]);
        Assert.Contains("not revoked before it", Breaches(), StringComparison.Ordinal);
        Assert.Contains("to a release that was not logged before it", Breaches(), StringComparison.Ordinal);
        _entries.RemoveAt(_entries.Count - 1);
        _entries.AddRange(new Rollback(Manifest(1), new ReleaseTarget(Manifest(2)), "x").ToEntries(Release(1), Signer("a"), Start));
        Assert.Contains("to a release that was revoked before it", Breaches(), StringComparison.Ordinal);
        _entries.RemoveRange(_entries.Count - 2, 2);
        _entries.AddRange(new Rollback(Manifest(1), new BaseTarget(Proof()), "x").ToEntries(Release(1), Signer("stranger"), Start));
        Assert.Contains("signed by nobody", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_audit_tells_a_revocation_by_nobody_known_and_lets_nothing_rest_on_it()
    {
        LogRelease(1);
        LogRelease(2);
        _entries.Add(new Revocation(Manifest(2), "x").ToEntry(Release(2), Signer("stranger"), Start));
        Assert.Contains("entry 4: a revocation that counts for nothing: signed by nobody whom the trust policy", Breaches(), StringComparison.Ordinal);
        _entries.Add(Back(2, 1)[1]);
        Assert.Contains("entry 5: a rollback from a release that was not revoked before it by anybody known", Breaches(), StringComparison.Ordinal);

        // What a stranger says of the target counts for nothing either.
        _entries.RemoveRange(4, 2);
        _entries.Add(new Revocation(Manifest(1), "x").ToEntry(Release(1), Signer("stranger"), Start));
        _entries.AddRange(Back(2, 1));
        Assert.DoesNotContain("to a release that was revoked", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_audit_tells_a_revocation_of_what_the_ledger_does_not_hold_and_one_under_other_subjects()
    {
        LogRelease(1);
        _entries.Add(new Revocation(Manifest(9), "x").ToEntry(Release(9), Signer("a"), Start));
        Assert.Contains("entry 2: a revocation of a release that was not logged before it", Breaches(), StringComparison.Ordinal);
        _entries.RemoveAt(2);
        LogRelease(2);
        var both = new Revocation(Manifest(1), "x").ToEntry(Release(1), Signer("a"), Start);
        _entries.Add(both with { Subjects = [.. both.Subjects, Release(2).Subjects[1]] });
        Assert.Contains("entry 4: a revocation with other subjects than the release that it takes back, entry 1", Breaches(), StringComparison.Ordinal);
        Assert.Equal((ReleaseState.Revoked, ReleaseState.Current), (StateOf(1), StateOf(2)));
    }

    [Fact]
    public void An_audit_tells_a_rollback_to_a_release_that_does_not_hold_is_no_earlier_one_or_goes_under_other_subjects()
    {
        LogRelease(1);
        LogRelease(2);
        _entries.AddRange(Back(2, 1));
        Reject(1);
        Assert.Contains("entry 5: a rollback to a release that does not hold, entry 1", Breaches(), StringComparison.Ordinal);
        _entries.Clear();
        LogRelease(1);
        LogRelease(2);
        _entries.AddRange(Back(1, 2));
        Assert.Contains("entry 5: a rollback to a release that is no earlier one, entry 3", Breaches(), StringComparison.Ordinal);
        _entries.RemoveRange(4, 2);
        var back = Back(2, 1);
        _entries.AddRange([back[0], back[1] with { Subjects = [.. Release(2).Subjects, new LedgerSubject(Rollback.TargetSubject, Manifest(9))] }]);
        Assert.Contains("entry 5: a rollback with other subjects", Breaches(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_release_is_superseded_by_one_that_does_not_stand()
    {
        LogRelease(1);
        LogRelease(2);
        Assert.Equal((ReleaseState.Superseded, ReleaseState.Current), (StateOf(1), StateOf(2)));
        Reject(2);
        Assert.Equal((ReleaseState.Current, ReleaseState.Broken), (StateOf(1), StateOf(2)));
        _entries.Clear();
        LogRelease(1);
        LogRelease(2);
        _entries.Add(new Revocation(Manifest(2), "x").ToEntry(Release(2), Signer("stranger"), Start));
        Assert.Equal((ReleaseState.Current, ReleaseState.Broken), (StateOf(1), StateOf(2)));
        LogRelease(3);
        Assert.Equal(1, LastGoodBefore(3));
        Assert.Equal([ReleaseState.Superseded, ReleaseState.Broken, ReleaseState.Current], Portfolio.Of(Register()).Select(release => release.State));
        Assert.Equal([ReleaseState.Superseded, ReleaseState.Revoked, ReleaseState.Current], Portfolio.Unjudged(History()).Select(release => release.State));
    }

    public void Dispose() => _people.Dispose();

    private static Digest Manifest(int number) => Digest.Of([(byte)number, 1]);

    private static LedgerSubject Adapter(int number) => new("routing", Digest.Of([6, (byte)number]));

    private static Digest Decided(int number) => Digest.Of([(byte)number, 2]);

    private static UnmergeReceipt Proof() => new(new EngineInfo("loragate.merge", "0", "canonical/1", "cpu"), Digest.Of([3]), new CheckpointIdentity("base", Digest.Of([4]), Digest.Of([5])));

    private LedgerEntry Release(int number) => new(
        ReleaseLayout.EntryType, Start, [Adapter(number), new LedgerSubject(ReleaseLayout.EntrySubject, Manifest(number))],
        [new LedgerEvidence("loragate.decision/1", Decided(number))], (Data(Verdict.Approved) with { Release = number }).ToElement());

    private DecisionData Data(Verdict verdict) => new(verdict, new LoggedIdentity("policy", "1", Digest.Of([7])), _people.Key("gate").Public.Hint);

    private void LogRelease(int number)
    {
        _entries.Add(new LedgerEntry(DecisionData.EntryType, Start, [Adapter(number), new LedgerSubject("decision.json", Decided(number))], [new LedgerEvidence("loragate.decision/1", Decided(number))], Data(Verdict.Approved).ToElement()));
        _entries.Add(Release(number));
    }

    private Signer Signer(string name) => _people.Signer(name);

    private TrustPolicy Trust() => _people.Policy("gate-ci: gate | gate", "a: risk-owner | a");

    private LedgerHistory History() => LedgerHistory.Of([.. _entries.Select(entry => (ReadOnlyMemory<byte>)entry.ToCanonicalJson())]);

    private ReleaseRegister Register() => new(History(), Trust(), SignatureTimes.Of(History()), witnessed: null);

    private ReleaseState StateOf(int number) => Register().StateOf(ReleaseRegister.Find(History(), Manifest(number))!);

    private int? LastGoodBefore(int number) =>
        Register().LastGood(ReleaseRegister.Find(History(), Manifest(number))!) is { } good ? DecisionData.Read(good.Entry)!.Release : null;

    private IReadOnlyList<LedgerEntry> Back(int from, int to) => new Rollback(Manifest(from), new ReleaseTarget(Manifest(to)), "x").ToEntries(Release(from), Signer("a"), Start);

    /// <summary>The decision under a release says something else.</summary>
    private void Reject(int number)
    {
        var decision = _entries.FindIndex(entry => entry.Type == DecisionData.EntryType && entry.Evidence[0].Sha256 == Decided(number));
        _entries[decision] = _entries[decision] with { Data = Data(Verdict.Rejected).ToElement() };
    }

    private string Breaches() => string.Join('\n', ReleaseAuditor.Audit(History(), Trust(), SignatureTimes.Of(History())));
}
