using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Statements;

/// <summary>Verifies a trained folder against what its trainer signed about it (docs/formats/attestations.v1.md).</summary>
public static class TrainingVerifier
{
    /// <summary>Whether a bundle says of itself that it is about a training; nothing is proved yet.</summary>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    public static bool Claims(ReadOnlyMemory<byte> bundle)
    {
        try
        {
            return Statement.Parse(SigstoreBundle.Parse(bundle, "bundle").Envelope.Payload, "bundle").PredicateType == TrainingProvenance.PredicateType;
        }
        catch (SignatureException)
        {
            return false;
        }
    }

    /// <summary>Checks who signed, that every file is the signed one and none was added or lost, and that the statement says what the training receipt among them says.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    /// <param name="trust">Who is trusted.</param>
    /// <param name="place">The bundle's file, for messages.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <returns>What does not hold; a link or a special file in the folder is a finding too.</returns>
    public static VerificationResult Verify(string folder, ReadOnlyMemory<byte> bundle, SignerTrust trust, string place, CancellationToken cancellationToken = default)
    {
        var result = Attestation.Verify(bundle, trust, TrainingProvenance.PredicateType, place);
        if (!result.IsValid)
            return result;
        var statement = result.Statement!;
        try
        {
            List<VerificationFinding> findings = [.. SealedFiles.Compare(statement.Subjects, FolderManifest.Read(folder, cancellationToken).Files, place), .. SealedFiles.EmptyFolders(folder)];
            if (findings.Count == 0 && ReceiptFault(folder, statement) is { } fault)
                findings.Add(new VerificationFinding(SignatureFault.OtherSubject, TrainingReceipt.FileName, fault));
            return VerificationResult.Of(statement, findings);
        }
        catch (FolderException e)
        {
            return VerificationResult.Of(statement, new VerificationFinding(SignatureFault.UnsafeEntry, Path.GetRelativePath(folder, e.Place), e.Fault));
        }
    }

    private static string? ReceiptFault(string folder, Statement statement)
    {
        var path = Path.Combine(folder, TrainingReceipt.FileName);
        if (!File.Exists(path))
            return "the training receipt is missing, so the statement is about no training";
        try
        {
            return TrainingProvenance.Of(Record.ReadFile<TrainingReceipt>(path)).ToBytes().AsSpan().SequenceEqual(statement.ToBytes()) ? null : "the signed statement says something else than this receipt";
        }
        catch (RecordException e)
        {
            return e.Fault;
        }
    }
}
