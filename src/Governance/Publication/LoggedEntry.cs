using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>Holds a proof file, which carries its entry, against a ledger's key and against what the entry must be about.</summary>
internal static class LoggedEntry
{
    private const int MaxProofBytes = 4 << 20;

    /// <summary>What does not hold, named by the proof's file; empty where the ledger signed an entry of this type about this subject.</summary>
    public static IReadOnlyList<VerificationFinding> Verify(string folder, string proofFile, LedgerVerifier log, string type, LedgerSubject subject)
    {
        var path = Path.Combine(folder, proofFile);
        return File.Exists(path)
            ? Verify(PlainFile.Read(path, MaxProofBytes), proofFile, log, type, subject)
            : [new VerificationFinding(SignatureFault.MissingFile, proofFile, $"the {type} is not proved to be in the ledger")];
    }

    /// <summary>The same of a proof that was read already.</summary>
    public static IReadOnlyList<VerificationFinding> Verify(ReadOnlySpan<byte> bytes, string proofFile, LedgerVerifier log, string type, LedgerSubject subject)
    {
        try
        {
            var proof = TlogProof.Parse(bytes, proofFile);
            _ = DossierProofs.Position(proof, log, proofFile);
            var entry = LedgerEntry.Parse(proof.Extra!.Value, proofFile);
            return (entry.Type == type, entry.Subjects.Contains(subject)) switch
            {
                (false, _) => [new VerificationFinding(SignatureFault.OtherSubject, proofFile, $"the logged entry is a '{entry.Type}', not a '{type}'")],
                (_, false) => [new VerificationFinding(SignatureFault.OtherSubject, proofFile, $"the logged entry is not about '{subject.Name}' with SHA-256 {subject.Sha256}")],
                _ => [],
            };
        }
        catch (IntegrityException e)
        {
            return [new VerificationFinding(SignatureFault.OtherSubject, proofFile, e.Fault)];
        }
        catch (MalformedInputException e)
        {
            return [new VerificationFinding(SignatureFault.OtherSubject, proofFile, e.Fault)];
        }
    }
}
