using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Approvals;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>
/// Reads a ledger as what it says: every release rests on an approving decision that was logged before it, with its quorum of people
/// who did not make the adapter, its waivers and keys that counted when they signed. The ledger's own integrity is proved before.
/// </summary>
public sealed class ReleaseAuditor
{
    private readonly LedgerHistory _history;
    private readonly TrustPolicy _trust;
    private readonly SignatureTimes _times;
    private readonly StandingRefusals _refusals;
    private readonly LoggedRevocations _revocations;
    private readonly List<AuditFinding> _findings = [];

    private ReleaseAuditor(LedgerHistory history, TrustPolicy trust, SignatureTimes times)
    {
        (_history, _trust, _times) = (history, trust, times);
        _refusals = new StandingRefusals(history, trust, times);
        _revocations = new LoggedRevocations(history, trust);
    }

    /// <summary>Every breach, by entry.</summary>
    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    /// <param name="trust">Who may sign what.</param>
    /// <param name="times">When people signed.</param>
    public static IReadOnlyList<AuditFinding> Audit(LedgerHistory history, TrustPolicy trust, SignatureTimes times)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trust);
        ArgumentNullException.ThrowIfNull(times);
        var auditor = new ReleaseAuditor(history, trust, times);
        auditor.CheckTimes();
        auditor.CheckNumbers();
        foreach (var release in history.OfType(ReleaseLayout.EntryType))
            auditor.CheckRelease(release);
        foreach (var revocation in auditor._revocations.All)
            auditor.CheckRevocation(revocation);
        foreach (var rollback in history.OfType(Rollback.EntryType))
            auditor.CheckRollback(rollback);
        return [.. auditor._findings.Distinct().OrderBy(finding => finding.Index)];
    }

    private void CheckTimes()
    {
        var latest = DateTimeOffset.MinValue;
        foreach (var (index, entry) in _history.Events)
        {
            if (latest - entry.Time > LedgerTime.Tolerance)
                Add(index, string.Create(CultureInfo.InvariantCulture, $"it is of {entry.Time:u} and stands after one of {latest:u}: a clock was wrong or set back"));
            latest = entry.Time > latest ? entry.Time : latest;
        }
    }

    private void CheckNumbers()
    {
        foreach (var releases in _history.OfType(ReleaseLayout.EntryType).GroupBy(release => release.Entry.Subjects[0].Name, StringComparer.Ordinal))
        {
            var last = 0;
            foreach (var (index, entry) in releases)
            {
                var number = DecisionData.Read(entry)?.Release ?? 0;
                if (number != last + 1)
                    Add(index, string.Create(CultureInfo.InvariantCulture, $"the release of '{releases.Key}' has {(number == 0 ? "no number" : $"the number {number}")} where {last + 1} is next"));
                last = Math.Max(last, number);
            }
        }
    }

    private void CheckRelease(LoggedEvent release)
    {
        if (DecisionData.Read(release.Entry) is not { } data)
        {
            Add(release.Index, "a release whose data no gate writes");
            return;
        }
        CheckGate(release, data);
        if (ReleaseRegister.DecisionUnder(_history, release) is not { } decision || decision.Index > release.Index)
        {
            Add(release.Index, "no decision that the release rests on was logged before it");
            return;
        }
        if (DecisionData.Read(decision.Entry) is not { } judged)
        {
            Add(decision.Index, "a decision whose data no gate writes");
            return;
        }
        if (!(data with { Release = null, Gate = judged.Gate }).SaysSameAs(judged))
            Add(release.Index, $"it says something else than entry {decision.Index}, the decision that it rests on");
        CheckDecision(release, decision, judged);
    }

    /// <summary>A word that counts for nothing breaks its release all the same: who logged it must be asked.</summary>
    private void CheckRevocation(LoggedRevocation revocation)
    {
        var (index, entry) = revocation.Logged;
        if (revocation.Fault is { } fault)
            Add(index, $"a revocation that counts for nothing: {fault}");
        else if (FindBefore(revocation.Logged, revocation.Release!.Value) is not { } release)
            Add(index, "a revocation of a release that was not logged before it");
        else if (!entry.Subjects.SequenceEqual(release.Entry.Subjects))
            Add(index, $"a revocation with other subjects than the release that it takes back, entry {release.Index}");
    }

    /// <summary>After releases and revocations were checked: what is used instead must stand.</summary>
    private void CheckRollback(LoggedEvent logged)
    {
        try
        {
            var rollback = Rollback.Read(logged, _trust, out _);
            if (FindBefore(logged, rollback.From) is not { } from)
            {
                Add(logged.Index, "a rollback from a release that was not logged before it");
                return;
            }
            if (!IsRevokedBefore(logged, rollback.From))
                Add(logged.Index, "a rollback from a release that was not revoked before it by anybody known");
            if (!logged.Entry.Subjects.SequenceEqual([.. from.Entry.Subjects, new LedgerSubject(Rollback.TargetSubject, rollback.To.Digest)]))
                Add(logged.Index, $"a rollback with other subjects than the release that it takes back, entry {from.Index}, and what it says is used instead");
            if (rollback.To is ReleaseTarget { Release: var to })
                CheckTarget(logged, from, to);
        }
        catch (SignatureException e)
        {
            Add(logged.Index, $"a rollback that counts for nothing: {e.Fault}");
        }
    }

    private void CheckTarget(LoggedEvent logged, LoggedEvent from, Digest to)
    {
        if (FindBefore(logged, to) is not { } target)
            Add(logged.Index, "a rollback to a release that was not logged before it");
        else if (target.Entry.Subjects[0].Name != from.Entry.Subjects[0].Name)
            Add(logged.Index, $"a rollback to a release of another adapter's name, entry {target.Index}");
        else if (ReleaseLayout.AdapterIn(target.Entry) == ReleaseLayout.AdapterIn(from.Entry))
            Add(logged.Index, $"a rollback to a release with exactly the adapter that it takes back, entry {target.Index}");
        else if (_revocations.Against(target).Any(revocation => revocation.Logged.Index < logged.Index))
            Add(logged.Index, $"a rollback to a release that was revoked before it, entry {target.Index}");
        else if (target.Index >= from.Index)
            Add(logged.Index, $"a rollback to a release that is no earlier one, entry {target.Index}");
        else if (ReleaseRegister.EntriesUnder(_history, target).Any(entry => _findings.Exists(finding => finding.Index == entry)))
            Add(logged.Index, $"a rollback to a release that does not hold, entry {target.Index}");
    }

    private LoggedEvent? FindBefore(LoggedEvent logged, Digest release) => ReleaseRegister.Find(_history, release) is { } found && found.Index < logged.Index ? found : null;

    private bool IsRevokedBefore(LoggedEvent logged, Digest release) => _revocations.Of(release).Any(revocation => revocation.Counts && revocation.Logged.Index < logged.Index);

    private void CheckDecision(LoggedEvent release, LoggedEvent decision, DecisionData judged)
    {
        if (judged.Verdict != Verdict.Approved)
            Add(release.Index, $"it rests on entry {decision.Index}, whose verdict is {judged.Verdict.ToString().ToLowerInvariant()}");
        if (!decision.Entry.Subjects.Contains(release.Entry.Subjects[0]))
            Add(release.Index, $"it rests on entry {decision.Index}, which is about another adapter");
        CheckGate(decision, judged);
        CheckPlan(decision);
        CheckDecidedAnew(release, decision, judged);
        CheckQuorum(decision, judged, [.. (judged.Approvals ?? []).Where(approval => IsSound(decision, judged, approval))]);
        foreach (var waiver in judged.Waivers ?? [])
            CheckWaiver(release, decision, judged, waiver);
    }

    /// <summary>A plan that was logged after the decision, for something else or never may have been made to fit the scores. Where something was merged there is one.</summary>
    private void CheckPlan(LoggedEvent decision)
    {
        if (decision.Entry.Evidence.FirstOrDefault(evidence => evidence.Kind == EvaluationPlan.SchemaName) is not { Sha256: var plan })
        {
            if (decision.Entry.Evidence.Any(evidence => evidence.Kind == MergeReceipt.SchemaName))
                Add(decision.Index, "it rests on a merge and on no plan that was fixed before its scores");
        }
        else if (!_history.OfType(PlanEntry.EntryType).Any(logged => logged.Index < decision.Index && logged.Entry.Subjects.Any(subject => subject.Sha256 == plan) && PlanEntry.IsFor(logged.Entry, decision.Entry)))
        {
            Add(decision.Index, "the plan that it was judged by was not logged before it, for its adapter and policy");
        }
    }

    /// <summary>What somebody revoked is released again on the word of people who approved it since, and on no other.</summary>
    private void CheckDecidedAnew(LoggedEvent release, LoggedEvent decision, DecisionData judged)
    {
        if (_revocations.LastOf(ReleaseLayout.AdapterIn(release.Entry), before: decision.Index) is not { Logged.Index: var revoked })
            return;
        var approvals = (judged.Approvals ?? []).Where(approval => approval.Outcome == ApprovalOutcome.Approved).ToList();
        if (approvals.Count == 0)
            Add(release.Index, $"entry {revoked} revoked a release with exactly this adapter, and nobody has approved it since");
        foreach (var approval in approvals)
        {
            if (BeforeRevocation(approval, revoked) is { } words)
                Add(release.Index, $"the approval of '{approval.Signer}' in the role {approval.Role} {words} entry {revoked}, which revoked a release with exactly this adapter");
        }
    }

    /// <summary>Why an approval is from before an entry, as the middle of a sentence; null where it is not.</summary>
    private string? BeforeRevocation(LoggedApproval approval, long revoked) => _history.First(EndorsementEntry.Approval, approval.Sha256) is not { } logged ? "is in no entry, so nothing tells that it is from after"
        : EndorsementEntry.ReadApproval(logged.Entry) is { Decision: var seen } && RevokedRelease.IsKnownTo(_history, seen, revoked) ? null
        : "is of no logged decision that names";

    private void CheckGate(LoggedEvent logged, DecisionData data)
    {
        if (data.Gate is not { } gate)
            Add(logged.Index, "it names no gate's key");
        else if (LoggedKey.Fault(gate, _trust, signer => signer.Roles.Contains(TrustedSigner.Gate), logged.Entry.Time) is { } fault)
            Add(logged.Index, $"the gate's key {gate.Abbreviated} {fault}");
    }

    private void CheckQuorum(LoggedEvent decision, DecisionData judged, IReadOnlyList<LoggedApproval> sound)
    {
        if (judged.Quorum is not { Count: > 0 } quorum)
            return;
        var people = sound.Where(approval => approval.Outcome == ApprovalOutcome.Approved).GroupBy(approval => approval.Signer, approval => approval.Role, StringComparer.Ordinal)
            .ToDictionary(person => person.Key, IReadOnlySet<string> (person) => person.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        if (judged is { AuthorsMayApprove: not true, Authors: not { Count: > 0 } })
            Add(decision.Index, "it excludes authors from approving and names none: whether one approved, nobody can tell");
        if (Quorum.Missing(quorum, people) is { Count: > 0 } missing)
            Add(decision.Index, $"its quorum is not there: {string.Join(", ", missing.Select(role => $"{role.People} lack in the role {role.Role}"))}");
        foreach (var logged in judged.Basis is { } basis ? _refusals.Against(basis, [.. quorum.Select(demand => demand.Role)]).Where(logged => logged.Index < decision.Index) : [])
            Add(decision.Index, $"a refusal stands against it, entry {logged.Index}");
    }

    /// <summary>Whether an approval that a decision counts was logged before it, says what is claimed, and was signed by whom it is claimed of with a key that counted.</summary>
    private bool IsSound(LoggedEvent decision, DecisionData judged, LoggedApproval approval)
    {
        bool Says(LedgerEntry entry) =>
            EndorsementEntry.ReadApproval(entry) is { } said && said.Role == approval.Role && said.Outcome == approval.Outcome && said.Key == approval.Key && said.Basis == judged.Basis;
        var authors = judged.AuthorsMayApprove is true || approval.Outcome == ApprovalOutcome.Refused ? [] : judged.Authors ?? [];
        var fault = FaultOf(EndorsementEntry.Approval, new LoggedSignature(approval.Signer, approval.Key, approval.Sha256), decision, Says, authors, signer => signer.Roles.Contains(approval.Role));
        if (fault is not null)
            Add(decision.Index, $"the approval of '{approval.Signer}' in the role {approval.Role} {fault}");
        return fault is null;
    }

    private void CheckWaiver(LoggedEvent release, LoggedEvent decision, DecisionData judged, LoggedWaiver waiver)
    {
        bool Says(LedgerEntry entry, LoggedSignature signature) =>
            EndorsementEntry.ReadWaiver(entry) is { } said && said.Waiver == waiver.Sha256 && said.Rule == waiver.Rule && said.Until == waiver.Until && said.Key == signature.Key;
        foreach (var (index, entry) in new[] { decision, release }.Where(logged => DateOnly.FromDateTime(logged.Entry.Time.UtcDateTime) > waiver.Until))
            Add(index, string.Create(CultureInfo.InvariantCulture, $"the waiver of '{waiver.Rule}' had expired on {waiver.Until:yyyy-MM-dd}"));
        foreach (var signature in waiver.Signatures)
        {
            if (FaultOf(EndorsementEntry.Waiver, signature, decision, entry => Says(entry, signature), judged.Authors ?? [], _ => true) is { } fault)
                Add(decision.Index, $"the signature of '{signature.Signer}' under the waiver of '{waiver.Rule}' {fault}");
        }
        if (waiver.Signatures.DistinctBy(signature => signature.Signer).DistinctBy(signature => signature.Key).Count() < 2)
            Add(decision.Index, $"the waiver of '{waiver.Rule}' was not signed by two");
    }

    /// <summary>Why somebody's signature that a decision counts does not count, as the end of a sentence; null where it does.</summary>
    private string? FaultOf(string type, LoggedSignature signature, LoggedEvent decision, Func<LedgerEntry, bool> says, IReadOnlyList<string> excluded, Func<TrustedSigner, bool> holdsRole)
    {
        if (_history.First(type, signature.Sha256) is not { } logged || logged.Index > decision.Index)
            return "was not logged before it";
        if (!says(logged.Entry))
            return $"is not what entry {logged.Index} logged";
        if (excluded.Contains(signature.Signer))
            return $"does not count: authors may not {(type == EndorsementEntry.Waiver ? "waive" : "approve")}";
        return LoggedKey.Fault(signature.Key, _trust, signer => signer.Id == signature.Signer && holdsRole(signer), _times.Of(logged, signature.Sha256)) is { } fault ? $"does not count: the key {signature.Key.Abbreviated} {fault}" : null;
    }

    private void Add(long index, string message) => _findings.Add(new AuditFinding(index, message));
}
