using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Reports;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;

namespace Loragate.Governance.Publication;

/// <summary>Holds what the gate signed against the records in a dossier or report: each statement is somebody's whom the verifier trusts, and says what these records say.</summary>
/// <param name="evidence">The files.</param>
/// <param name="trust">Who is trusted to have signed them.</param>
internal sealed class ReportStatements(ReportEvidence evidence, SignerTrust trust)
{
    private Decision Decision => evidence.Decision;

    /// <summary>Everything that does not hold. A gate that signs its dossier and report signs its verdict and what it says of merge and evaluation, too: without them it is no gate's.</summary>
    public IEnumerable<VerificationFinding> Verify() =>
    [
        .. Check(DossierProofs.VerdictFile, VerificationSummary.PredicateType, VerdictFault),
        .. Merge(),
        .. Check(DossierProofs.EvaluationFile, EvaluationResult.PredicateType, statement => Same(statement, EvaluationResult.Of(Decision, Dossier.DecisionFile)) ? null : "it says something else of the tests than the decision inside"),
        .. evidence.Find(ReleaseLayout.ModelSignature) is null ? [] : Check(ReleaseLayout.ModelSignature, ModelManifest.PredicateType, AdapterFault),
    ];

    private IEnumerable<VerificationFinding> Merge() => evidence.Records.Receipt switch
    {
        { } receipt => Check(DossierProofs.MergeFile, MergeProvenance.PredicateType, statement => Same(statement, MergeProvenance.Of(receipt.Record, receipt.Path)) ? null : "it says something else of the merge than the receipt inside"),
        null when evidence.Find(DossierProofs.MergeFile) is not null => [new VerificationFinding(SignatureFault.ExtraFile, DossierProofs.MergeFile, "the decision rests on no merge")],
        null => [],
    };

    private IEnumerable<VerificationFinding> Check(string file, string predicateType, Func<Statement, string?> faultOf)
    {
        if (evidence.Find(file) is not { } bundle)
            return [new VerificationFinding(SignatureFault.MissingFile, file, "missing, although every gate with a key signs it")];
        return SignedClaim.Check(bundle.Bytes, trust, predicateType, file, faultOf);
    }

    /// <summary>Decision, judgement and subjects: the adapter's files and, where it was released, its signature.</summary>
    private string? VerdictFault(Statement statement)
    {
        if (VerificationSummary.DecisionOf(statement) != Decision.ComputeDigest())
            return "the signed verdict is about another decision";
        if (VerificationSummary.Read(statement, DossierProofs.VerdictFile) is not { } judgement || !RecordJson.Canonical(judgement).AsSpan().SequenceEqual(RecordJson.Canonical(Judgement.Of(Decision))))
            return "the signed verdict says something else than its decision";
        var subjects = evidence.Find(ReleaseLayout.ModelSignature) is { } signature
            ? Attestation.SubjectsOf(Decision.Adapter.Name, signature.Bytes, Decision.Adapter.Files)
            : Attestation.SubjectsOf(Decision.Adapter.Files);
        return statement.Subjects.SequenceEqual(subjects) ? null : "the signed verdict is about other files than the adapter's and its signature";
    }

    private string? AdapterFault(Statement statement)
    {
        var signed = ModelManifest.From(statement, ReleaseLayout.ModelSignature).Resources.Select(resource => (resource.Name, resource.Sha256)).ToHashSet();
        return signed.SetEquals(Decision.Adapter.Files.Select(file => (file.Path, file.Sha256))) ? null : "it signs other files than the adapter's";
    }

    private static bool Same(Statement signed, Statement made) => signed.ToBytes().AsSpan().SequenceEqual(made.ToBytes());
}
