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
        var decision = _entries.FindIndex(entry => entry.Type == DecisionData.EntryType && entry.Evidence[0].Sha256 == Decided(2));
        _entries[decision] = _entries[decision] with { Data = Data(Verdict.Rejected).ToElement() };
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

    public void Dispose() => _people.Dispose();

    private static Digest Manifest(int number) => Digest.Of([(byte)number, 1]);

    private static Digest Decided(int number) => Digest.Of([(byte)number, 2]);

    private static UnmergeReceipt Proof() => new(new EngineInfo("loragate.merge", "0", "canonical/1", "cpu"), Digest.Of([3]), new CheckpointIdentity("base", Digest.Of([4]), Digest.Of([5])));

    private LedgerEntry Release(int number) => new(
        ReleaseLayout.EntryType, Start, [new LedgerSubject("routing", Digest.Of([6])), new LedgerSubject(ReleaseLayout.EntrySubject, Manifest(number))],
        [new LedgerEvidence("loragate.decision/1", Decided(number))], (Data(Verdict.Approved) with { Release = number }).ToElement());

    private DecisionData Data(Verdict verdict) => new(verdict, new LoggedIdentity("policy", "1", Digest.Of([7])), _people.Key("gate").Public.Hint);

    private void LogRelease(int number)
    {
        _entries.Add(new LedgerEntry(DecisionData.EntryType, Start, [new LedgerSubject("routing", Digest.Of([6])), new LedgerSubject("decision.json", Decided(number))], [new LedgerEvidence("loragate.decision/1", Decided(number))], Data(Verdict.Approved).ToElement()));
        _entries.Add(Release(number));
    }

    private Signer Signer(string name) => _people.Signer(name);

    private TrustPolicy Trust() => _people.Policy("gate-ci: gate | gate", "a: risk-owner | a");

    private LedgerHistory History() => LedgerHistory.Of([.. _entries.Select(entry => (ReadOnlyMemory<byte>)entry.ToCanonicalJson())]);

    private int? LastGoodBefore(int number)
    {
        var history = History();
        return new ReleaseRegister(history, Trust(), StampedTimes.None, witnessed: null).LastGood(ReleaseRegister.Find(history, Manifest(number))!) is { } good ? DecisionData.Read(good.Entry)!.Release : null;
    }

    private string Breaches() => string.Join('\n', ReleaseAuditor.Audit(History(), Trust(), StampedTimes.None));
}
