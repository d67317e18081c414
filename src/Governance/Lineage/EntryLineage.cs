using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;

namespace Loragate.Governance.Lineage;

/// <summary>What one entry of a ledger tells of a lineage. Entries of other types than loragate's own are steps from their evidence to their subjects.</summary>
public static class EntryLineage
{

    /// <summary>Reads an entry.</summary>
    public static LineagePart Of(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        var entry = logged.Entry;
        return entry.Type switch
        {
            DecisionData.EntryType when FindDecision(logged) is { } decision => OfDecision(logged, decision),
            DossierProofs.ReportEntry when FindDecision(logged) is { } decision => LineagePart.Of([(decision, Node(logged, LineageKind.Report, entry.Subjects[0]), "reported in")]),
            ReleaseLayout.EntryType when FindDecision(logged) is { } decision && FindRelease(logged) is { } release =>
                LineagePart.Of([(decision, release, "released as"), (Node(logged, LineageKind.Adapter, entry.Subjects[0]), release, "published in")]),
            Revocation.EntryType when FindRelease(logged) is { } release && entry.Evidence is [var bundle, ..] =>
                LineagePart.Of([(release, new LineageNode(bundle.Sha256, LineageKind.Revocation, entry.Subjects[0].Name, logged.Index), "revoked by")]),
            Rollback.EntryType when FindRelease(logged) is { } release && entry.Evidence is [var bundle, ..] && entry.Subjects is [.., { Name: Rollback.TargetSubject } target] =>
                OfRollback(logged, release, new LineageNode(bundle.Sha256, LineageKind.Rollback, entry.Subjects[0].Name, logged.Index), target),
            // One plan serves many adapters: a step from an adapter would lead on to the decisions about all others.
            PlanEntry.EntryType when entry.Subjects is [_, var plan] => new LineagePart([Node(logged, LineageKind.Plan, plan)], []),
            EndorsementEntry.Approval => new LineagePart([Node(logged, LineageKind.Approval, new LedgerSubject(EndorsementEntry.ReadApproval(entry)?.Role ?? "", entry.Subjects[0].Sha256))], []),
            EndorsementEntry.Waiver => new LineagePart([Node(logged, LineageKind.Waiver, new LedgerSubject(EndorsementEntry.ReadWaiver(entry)?.Rule ?? "", entry.Subjects[0].Sha256))], []),
            _ => OfOther(logged),
        };
    }

    private static LineagePart OfDecision(LoggedEvent logged, LineageNode decision)
    {
        var (entry, data) = (logged.Entry, DecisionData.Read(logged.Entry));
        var steps = new List<(LineageNode, LineageNode, string)> { (Node(logged, LineageKind.Adapter, entry.Subjects[0]), decision, "judged in") };
        foreach (var evidence in entry.Evidence.Where(evidence => evidence.Kind != Decision.SchemaName))
            steps.Add((new LineageNode(evidence.Sha256, EvidenceKind.Of(evidence.Kind), "", logged.Index), decision, "evidence of"));
        if (data is not null)
            steps.Add((new LineageNode(data.Policy.Sha256, LineageKind.Policy, $"{data.Policy.Name} {data.Policy.Version}", logged.Index), decision, "decides"));
        if (data?.Trust is { } trust)
            steps.Add((new LineageNode(trust.Sha256, LineageKind.TrustPolicy, $"{trust.Name} {trust.Version}", logged.Index), decision, "decides"));
        return LineagePart.Of(steps);
    }

    private static LineagePart OfRollback(LoggedEvent logged, LineageNode release, LineageNode rollback, LedgerSubject target) => LineagePart.Of(
    [
        (release, rollback, "rolled back by"),
        // Not from the rollback to its target: what came of the base did not come of the release that was taken back.
        (Node(logged, LineageKind.Evidence, target), rollback, "used instead by"),
        .. logged.Entry.Evidence.Skip(1).Select(proof => (new LineageNode(proof.Sha256, EvidenceKind.Of(proof.Kind), "", logged.Index), rollback, "proof of")),
    ]);

    private static LineagePart OfOther(LoggedEvent logged)
    {
        var step = new LineageNode(logged.Entry.ComputeDigest(), LineageKind.Event, logged.Entry.Type, logged.Index);
        return LineagePart.Of(
        [
            .. logged.Entry.Evidence.Select(evidence => (new LineageNode(evidence.Sha256, EvidenceKind.Of(evidence.Kind), evidence.Kind, logged.Index), step, "used in")),
            .. logged.Entry.Subjects.Select(subject => (step, Node(logged, LineageKind.Evidence, subject), "led to")),
        ]);
    }

    private static LineageNode? FindDecision(LoggedEvent logged) =>
        logged.Entry.Evidence.FirstOrDefault(evidence => evidence.Kind == Decision.SchemaName) is { } decision && DecisionData.Read(logged.Entry) is { } data
            ? new LineageNode(decision.Sha256, LineageKind.Decision, data.Verdict.ToString().ToLowerInvariant(), logged.Index)
            : null;

    private static LineageNode? FindRelease(LoggedEvent logged) =>
        ReleaseLayout.ManifestIn(logged.Entry) is { } manifest
            ? new LineageNode(manifest, LineageKind.Release, $"{logged.Entry.Subjects[0].Name}{(DecisionData.Read(logged.Entry)?.Release is { } number ? $" {number}" : "")}", logged.Index)
            : null;

    private static LineageNode Node(LoggedEvent logged, LineageKind kind, LedgerSubject subject) => new(subject.Sha256, kind, subject.Name, logged.Index);
}
