using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Approvals;

/// <summary>Says of each approval whether it counts, or the first reason why not. Pure: what is needed of the ledger lies with the bundles.</summary>
/// <param name="endorsements">The approvals and who counts.</param>
/// <param name="demand">What the policy asks for.</param>
/// <param name="adapter">The adapter that is judged.</param>
/// <param name="basis">What is judged.</param>
internal sealed class ApprovalJudge(Endorsements endorsements, ApprovalDemand demand, AdapterIdentity adapter, ApprovalBasis basis)
{
    private readonly Digest _basis = basis.ComputeDigest();
    private readonly HashSet<(string Signer, string Role, ApprovalOutcome Outcome)> _said = [];
    private readonly Dictionary<Digest, string> _owners = [];

    /// <summary>What became of each, in the order of the files.</summary>
    public IReadOnlyList<ApprovalResult> Judge() => [.. endorsements.Approvals.OrderBy(bundle => bundle.File, StringComparer.Ordinal).Select(Judge)];

    private ApprovalResult Judge(FiledBundle filed)
    {
        var result = new ApprovalResult(filed.File, filed.Digest, ApprovalState.Malformed, Logged: filed.Logged);
        try
        {
            var bundle = SigstoreBundle.ParseWritten(filed.Bytes, filed.File);
            var time = endorsements.Trust.TimeOf(bundle, filed.Time, filed.File);
            result = result with { State = ApprovalState.UnknownSigner };
            var who = endorsements.Trust.Identify(bundle.Material, time, filed.File);
            result = result with { State = ApprovalState.BadSignature, Signer = who.Signer.Id, Key = who.Key.Hint };
            if (!SignedStatement.IsSignedWith(bundle, who.Key))
                return result;
            result = result with { State = ApprovalState.Malformed };
            var statement = SignedStatement.Open(bundle, who.Key, filed.File);
            var said = Approval.Read(statement, filed.File);
            result = result with { Role = said.Role, Outcome = said.Outcome, Note = said.Note.Length > 0 ? said.Note : null };
            return result with { State = StateOf(said, statement, who, filed.IsBeforeRevocation) };
        }
        catch (SignatureException e)
        {
            return e.Kind == SignatureFault.UntrustedTimestamp ? result with { State = ApprovalState.BadTimestamp } : result;
        }
    }

    private ApprovalState StateOf(Approval said, Statement statement, IdentifiedSigner who, bool isBeforeRevocation) => who.Standing switch
    {
        _ when who.Key.Hint == endorsements.GateKey => ApprovalState.GateKey,
        Standing.OutsideWindow => ApprovalState.OutsideWindow,
        Standing.Compromised => ApprovalState.Compromised,
        _ when !who.Signer.Roles.Contains(said.Role) => ApprovalState.RoleNotHeld,
        _ when demand.Roles.All(role => role.Role != said.Role) => ApprovalState.RoleNotDemanded,
        _ when !Attestation.Covers(statement, adapter.Files) || statement.Subjects.Count != adapter.Files.Count => ApprovalState.OtherAdapter,
        _ when said.Policy != basis.Policy.Digest => ApprovalState.OtherPolicy,
        _ when said.Basis != _basis => ApprovalState.OtherBasis,
        _ when said.Outcome == ApprovalOutcome.Approved && demand.ExcludeAuthor && endorsements.Authors.Contains(who.Signer.Id) => ApprovalState.Author,
        _ when said.Outcome == ApprovalOutcome.Approved && isBeforeRevocation => ApprovalState.BeforeRevocation,
        _ when !IsNew(said, who) => ApprovalState.SamePerson,
        _ => ApprovalState.Counted,
    };

    /// <summary>A person says a thing once, with whatever keys; and a key speaks for one person, even where a certificate gives it to a second.</summary>
    private bool IsNew(Approval said, IdentifiedSigner who)
    {
        _owners.TryAdd(who.Key.Hint, who.Signer.Id);
        return _owners[who.Key.Hint] == who.Signer.Id && _said.Add((who.Signer.Id, said.Role, said.Outcome));
    }
}
