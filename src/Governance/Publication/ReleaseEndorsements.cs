using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>
/// Holds the approvals and waivers in a release against its verdict and, where it is given, what the ledger logged of the release; and where a trust policy says whose keys are
/// whose, verifies their signatures. Whether a key was good when it signed only a time tells: the ledger's or a time stamp's.
/// </summary>
/// <param name="folder">The release.</param>
/// <param name="people">The trust policy; null to verify no signature.</param>
/// <param name="times">When people signed; null where nothing but their time stamps tells, and neither keys' windows nor certificates' days are judged without.</param>
/// <param name="judgement">What the verdict says.</param>
/// <param name="adapter">The adapter's files.</param>
/// <param name="logged">What the release's entry in the ledger says; null where none was proved.</param>
internal sealed class ReleaseEndorsements(string folder, TrustPolicy? people, SignatureTimes? times, Judgement judgement, IReadOnlyList<FileEntry> adapter, DecisionData? logged)
{
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private readonly HashSet<Digest> _there = [];

    /// <summary>Everything that does not hold.</summary>
    /// <param name="files">The files of the release.</param>
    public IEnumerable<VerificationFinding> Verify(IEnumerable<FileEntry> files) =>
    [
        .. files.Select(file => file.Path).Where(ReleaseLayout.IsEndorsement).Select(Check).OfType<VerificationFinding>(),
        .. Lacking(),
    ];

    private VerificationFinding? Check(string file)
    {
        try
        {
            var bytes = PlainFile.Read(Path.Combine(folder, file), EndorsementFiles.MaxBytes);
            _there.Add(Digest.Of(bytes));
            var bundle = SigstoreBundle.ParseWritten(bytes, file);
            var claimed = Statement.Parse(bundle.Envelope.Payload, $"{file}, payload");
            var who = people?.Identify(bundle.Material, TimeOf(people, bundle, claimed, Digest.Of(bytes), file), file);
            if (who?.Fault(file) is { } lost)
                return lost.ToFinding();
            var statement = who is null ? claimed : SignedStatement.Open(bundle, who.Key, file);
            var (fault, role) = statement.PredicateType == Waiver.PredicateType ? FaultOf(Waiver.Read(statement, file)) : FaultOf(Approval.Read(statement, file));
            fault ??= !Attestation.Covers(statement, adapter) || statement.Subjects.Count != adapter.Count ? "it is about other files than the adapter's" : null;
            fault ??= who is not null && role is not null && !who.Signer.Roles.Contains(role) ? $"signed by '{who.Signer.Id}', to whom the trust policy does not give the role '{role}'" : null;
            fault ??= who is not null && !_said.Add($"{who.Signer.Id} {Digest.Of(role is null ? bundle.Envelope.Payload.Span : System.Text.Encoding.UTF8.GetBytes(role))}") ? $"'{who.Signer.Id}' says the same twice" : null;
            return fault is null ? null : new VerificationFinding(SignatureFault.OtherSubject, file, fault);
        }
        catch (SignatureException e)
        {
            return e.ToFinding();
        }
    }

    private DateTimeOffset? TimeOf(TrustPolicy trust, SigstoreBundle bundle, Statement claimed, Digest digest, string file) =>
        times?.Of(claimed.PredicateType == Waiver.PredicateType ? EndorsementEntry.Waiver : EndorsementEntry.Approval, digest) is { } time ? trust.TimeOf(bundle, time, file) : trust.StampedTimeOf(bundle, file);

    /// <summary>Whose word the ledger counts for this release and nobody finds in it.</summary>
    private IEnumerable<VerificationFinding> Lacking() => (logged?.Approvals ?? [])
        .Where(approval => !_there.Contains(approval.Sha256))
        .Select(approval => new VerificationFinding(SignatureFault.MissingFile, ReleaseLayout.Attestations, $"the approval of '{approval.Signer}' in the role {approval.Role}, which the ledger counts for this release, is missing"))
        .Concat((logged?.Waivers ?? []).SelectMany(waiver => waiver.Signatures).Where(signature => !_there.Contains(signature.Sha256))
            .Select(signature => new VerificationFinding(SignatureFault.MissingFile, ReleaseLayout.Attestations, $"the signature of '{signature.Signer}' under a waiver, which the ledger counts for this release, is missing")));

    private (string? Fault, string? Role) FaultOf(Approval approval) => (approval switch
    {
        { Outcome: not ApprovalOutcome.Approved } => "it refuses, and yet lies in a release",
        _ when approval.Policy != judgement.Policy.Digest => "it was given under another policy",
        _ when logged?.Basis is { } basis && approval.Basis != basis => "it was given on another basis than the one that the ledger logged",
        _ => null,
    }, approval.Role);

    private (string? Fault, string? Role) FaultOf(Waiver waiver) => (waiver switch
    {
        _ when waiver.Policy != judgement.Policy.Digest => "it waives a rule of another policy",
        _ when waiver.Adapter != judgement.AdapterDigest => "it is for another adapter",
        _ => null,
    }, null);
}
