using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;

namespace Loragate.Cli.Gate;

/// <summary>Logs what a gate did about one decision. Every entry holds the decision, its evidence, the verdict, the policy and who judged.</summary>
internal sealed class GateLog(Tool tool, LedgerWriter ledger, Decision decision, VerificationKey? gate)
{
    /// <summary>Logs an event of the decision once; its proof, which carries the entry, is written to a file.</summary>
    /// <returns>Where it stands.</returns>
    public LedgerPosition Log(string type, IReadOnlyList<LedgerSubject> subjects, string proofPath, CancellationToken cancellationToken) =>
        ledger.Log(Entry(type, subjects, DecisionData.Of(decision, gate?.Hint)), proofPath, cancellationToken);

    /// <summary>Logs the release under the next number of its adapter's name; one that is logged already keeps its own.</summary>
    public void LogRelease(IReadOnlyList<LedgerSubject> subjects, string proofPath, CancellationToken cancellationToken) =>
        ledger.Log(history => Release(history, subjects), proofPath, cancellationToken);

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
