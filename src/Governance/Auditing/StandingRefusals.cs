using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>The refusals that a ledger holds. Each stands for its basis, wherever its file lay and whatever became of it (docs/formats/approvals.v1.md).</summary>
/// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
/// <param name="trust">Who may sign what.</param>
/// <param name="times">When people signed.</param>
public sealed class StandingRefusals(LedgerHistory history, TrustPolicy trust, SignatureTimes times)
{
    private readonly ILookup<Digest, (LoggedEvent Logged, ApprovalData Said)> _refusals = history.OfType(EndorsementEntry.Approval)
        .Select(logged => (Logged: logged, Said: EndorsementEntry.ReadApproval(logged.Entry)))
        .Where(refusal => refusal.Said is { Outcome: ApprovalOutcome.Refused })
        .ToLookup(refusal => refusal.Said!.Basis, refusal => (refusal.Logged, refusal.Said!));

    /// <summary>The entries that refuse a basis, in a demanded role and with a key that counted for it.</summary>
    /// <param name="basis">What is judged: <see cref="ApprovalBasis.ComputeDigest"/>.</param>
    /// <param name="roles">The roles in which the policy asks people.</param>
    public IEnumerable<LoggedEvent> Against(Digest basis, IReadOnlyCollection<string> roles) => _refusals[basis]
        .Where(refusal => roles.Contains(refusal.Said.Role) && LoggedKey.Fault(refusal.Said.Key, trust, signer => signer.Roles.Contains(refusal.Said.Role), times.Of(refusal.Logged, refusal.Logged.Entry.Subjects[0].Sha256)) is null)
        .Select(refusal => refusal.Logged);
}
