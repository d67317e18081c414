using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Auditing;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Gate;

/// <summary>
/// Logs what a gate did about one decision. Every entry holds the decision, its evidence, the verdict, the policy and who judged, and stands only where nobody has revoked
/// a release of the adapter, or refused what was judged, since it was judged: that is asked while no other writer can log.
/// </summary>
internal sealed class GateLog(Tool tool, LedgerWriter ledger, Decision decision, TrustPolicy? trust, GateEndorsements endorsements, Endorsements? people, VerificationKey? gate)
{
    /// <summary>Logs an event of the decision once; its proof, which carries the entry, is written to a file.</summary>
    /// <returns>Where it stands.</returns>
    /// <exception cref="LedgerException">Somebody revoked a release of the adapter meanwhile: nothing was logged.</exception>
    /// <exception cref="IntegrityException">Somebody refused what was judged meanwhile: nothing was logged.</exception>
    public LedgerPosition Log(string type, IReadOnlyList<LedgerSubject> subjects, string proofPath, CancellationToken cancellationToken)
    {
        var entry = Entry(type, subjects, DecisionData.Of(decision, gate?.Hint));
        return ledger.Log(history => StillTrue(history, entry), proofPath, cancellationToken);
    }

    /// <summary>Logs the release under the next number of its adapter's name; one that is logged already keeps its own.</summary>
    /// <exception cref="LedgerException">See above.</exception>
    /// <exception cref="IntegrityException">See above.</exception>
    public void LogRelease(IReadOnlyList<LedgerSubject> subjects, string proofPath, CancellationToken cancellationToken) =>
        ledger.Log(history => StillTrue(history, Release(history, subjects)), proofPath, cancellationToken);

    private LedgerEntry StillTrue(LedgerHistory history, LedgerEntry entry)
    {
        endorsements.RequireRefusals(decision, people, history);
        if (RevokedRelease.LastOf(history, decision.Adapter.Digest, trust) is not { } last || last.Entry == decision.Revocation?.Entry)
            return entry;
        throw new LedgerException($"entry {last.Entry} of the ledger", $"somebody revoked a release with exactly this adapter while the gate worked{(last is { Signer: { } signer, Reason: { } reason } ? $" ({signer}: {reason})" : "")}, so no {entry.Type} was logged", "Run the gate again: it decides with that in view.");
    }

    private LedgerEntry Release(LedgerHistory history, IReadOnlyList<LedgerSubject> subjects)
    {
        if (history.OfType(ReleaseLayout.EntryType).FirstOrDefault(logged => logged.Entry.Subjects.SequenceEqual(subjects)) is { } earlier)
            return earlier.Entry;
        return Entry(ReleaseLayout.EntryType, subjects, DecisionData.Of(decision, gate?.Hint) with { Release = ReleaseNumber.Next(history, decision.Adapter.Name) });
    }

    private LedgerEntry Entry(string type, IReadOnlyList<LedgerSubject> subjects, DecisionData data)
    {
        LedgerEvidence[] evidence = [new(decision.Schema, decision.ComputeDigest()), .. decision.Evidence.Select(e => new LedgerEvidence(e.Schema, e.Digest)).Distinct()];
        return new LedgerEntry(type, tool.Clock.GetUtcNow(), subjects, evidence, data.ToElement());
    }
}
