using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>
/// Holds the approvals and waivers in a release against its verdict and, where a trust policy says whose keys are whose, verifies their signatures. Whether a key
/// was good at that moment only the ledger tells: it holds the times.
/// </summary>
/// <param name="folder">The release.</param>
/// <param name="people">The trust policy; null to verify no signature.</param>
/// <param name="at">When certificates must hold.</param>
/// <param name="judgement">What the verdict says.</param>
/// <param name="adapter">The adapter's files.</param>
internal sealed class ReleaseEndorsements(string folder, TrustPolicy? people, DateTimeOffset at, Judgement judgement, IReadOnlyList<FileEntry> adapter)
{
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Everything that does not hold.</summary>
    /// <param name="files">The files of the release.</param>
    public IEnumerable<VerificationFinding> Verify(IEnumerable<FileEntry> files) =>
        [.. files.Select(file => file.Path).Where(ReleaseLayout.IsEndorsement).Select(Check).OfType<VerificationFinding>()];

    private VerificationFinding? Check(string file)
    {
        try
        {
            var bundle = SigstoreBundle.Parse(PlainFile.Read(Path.Combine(folder, file), EndorsementFiles.MaxBytes), file);
            var who = people?.Identify(bundle.Material, people.TimeOf(bundle, at, file), file);
            var statement = who is null ? Statement.Parse(bundle.Envelope.Payload, $"{file}, payload") : SignedStatement.Open(bundle, who.Key, file);
            var (fault, role) = statement.PredicateType == Waiver.PredicateType ? FaultOf(Waiver.Read(statement, file)) : FaultOf(Approval.Read(statement, file));
            fault ??= !Attestation.Covers(statement, adapter) || statement.Subjects.Count != adapter.Count ? "it is about other files than the adapter's" : null;
            fault ??= who is not null && role is not null && !who.Signer.Roles.Contains(role) ? $"signed by '{who.Signer.Id}', to whom the trust policy does not give the role '{role}'" : null;
            fault ??= who is not null && !_said.Add($"{who.Signer.Id} {Digest.Of(role is null ? bundle.Envelope.Payload.Span : System.Text.Encoding.UTF8.GetBytes(role))}") ? $"'{who.Signer.Id}' says the same twice" : null;
            return fault is null ? null : new VerificationFinding(SignatureFault.OtherSubject, file, fault);
        }
        catch (SignatureException e)
        {
            return new VerificationFinding(e.Kind, e.Place, e.Fault);
        }
    }

    private (string? Fault, string? Role) FaultOf(Approval approval) => (approval switch
    {
        { Outcome: not ApprovalOutcome.Approved } => "it refuses, and yet lies in a release",
        _ when approval.Policy != judgement.Policy.Digest => "it was given under another policy",
        _ => null,
    }, approval.Role);

    private (string? Fault, string? Role) FaultOf(Waiver waiver) => (waiver switch
    {
        _ when waiver.Policy != judgement.Policy.Digest => "it waives a rule of another policy",
        _ when waiver.Adapter != judgement.AdapterDigest => "it is for another adapter",
        _ => null,
    }, null);
}
