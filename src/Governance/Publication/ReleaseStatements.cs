using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;

namespace Loragate.Governance.Publication;

/// <summary>Holds the gate's other statements in a release against its verdict: all are about one thing.</summary>
/// <param name="folder">The release.</param>
/// <param name="trust">Who is trusted to have signed them.</param>
/// <param name="judgement">What the verdict says.</param>
/// <param name="decision">The digest of its decision.</param>
/// <param name="adapter">The adapter's files.</param>
internal sealed class ReleaseStatements(string folder, SignerTrust trust, Judgement judgement, Digest? decision, IReadOnlyList<FileEntry> adapter)
{
    /// <summary>Everything that does not hold.</summary>
    public IEnumerable<VerificationFinding> Verify() =>
    [
        .. judgement.Base is null ? [] : Check(ReleaseLayout.Merge, MergeProvenance.PredicateType, statement => MergeProvenance.Fault(statement, judgement, adapter, ReleaseLayout.Merge)),
        .. Check(ReleaseLayout.Evaluation, EvaluationResult.PredicateType, statement => EvaluationResult.Fault(statement, judgement, decision, adapter, ReleaseLayout.Evaluation)),
    ];

    private IEnumerable<VerificationFinding> Check(string file, string predicateType, Func<Statement, string?> faultOf)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path))
            return [new VerificationFinding(SignatureFault.MissingFile, file, "the statement is missing")];
        return SignedClaim.Check(PlainFile.Read(path, SigstoreBundle.MaxBytes), trust, predicateType, file, faultOf);
    }
}
