using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>Holds a proof file, which carries its entry, against a ledger's key and against what the entry must be about.</summary>
internal static class LoggedEntry
{
    /// <summary>What does not hold, named by the proof's file; empty where the ledger signed an entry of this type about this subject.</summary>
    public static IReadOnlyList<VerificationFinding> Verify(string folder, string proofFile, LedgerVerifier log, string type, LedgerSubject subject) =>
        FindingsOf(() => Open(folder, proofFile, log, type, subject));

    /// <summary>The same of a proof that was read already.</summary>
    public static IReadOnlyList<VerificationFinding> Verify(ReadOnlyMemory<byte> bytes, string proofFile, LedgerVerifier log, string type, LedgerSubject subject) =>
        FindingsOf(() => Open(() => TlogProof.Parse(bytes.Span, proofFile), proofFile, log, type, subject));

    /// <summary>The entry of this type about this subject that a ledger signed.</summary>
    /// <exception cref="SignatureException">The file is missing, its proof does not hold, or it is about something else.</exception>
    public static LedgerEntry Open(string folder, string proofFile, LedgerVerifier log, string type, LedgerSubject subject)
    {
        var path = Path.Combine(folder, proofFile);
        return File.Exists(path)
            ? Open(() => TlogProof.Read(path, proofFile), proofFile, log, type, subject)
            : throw new SignatureException(SignatureFault.MissingFile, proofFile, $"the {type} is not proved to be in the ledger");
    }

    /// <summary>The entry that a proof carries, where it is of this type about this subject; that a ledger signed it is not asked.</summary>
    /// <exception cref="SignatureException">It is about something else.</exception>
    public static LedgerEntry About(TlogProof proof, string proofFile, string type, LedgerSubject subject)
    {
        var entry = LedgerEntry.Parse(proof.Extra ?? throw new SignatureException(SignatureFault.OtherSubject, proofFile, "the proof does not carry the logged entry"), proofFile);
        if (entry.Type != type)
            throw new SignatureException(SignatureFault.OtherSubject, proofFile, $"the logged entry is a '{entry.Type}', not a '{type}'");
        return entry.Subjects.Contains(subject)
            ? entry
            : throw new SignatureException(SignatureFault.OtherSubject, proofFile, $"the logged entry is not about '{subject.Name}' with SHA-256 {subject.Sha256}");
    }

    /// <summary>The checkpoint under which a proof stands, once it holds; null where it does not.</summary>
    /// <exception cref="FolderException">The proof is no plain file, or too long.</exception>
    public static LedgerCheckpoint? TryReadCheckpoint(string path, LedgerVerifier log)
    {
        try
        {
            var proof = TlogProof.Read(path, path);
            return proof.Extra is { } entry ? proof.Verify(entry.Span, log, path) : null;
        }
        catch (Exception e) when (e is LedgerException or IntegrityException)
        {
            return null;
        }
    }

    private static IReadOnlyList<VerificationFinding> FindingsOf(Func<LedgerEntry> open)
    {
        try
        {
            _ = open();
            return [];
        }
        catch (SignatureException e)
        {
            return [e.ToFinding()];
        }
    }

    private static LedgerEntry Open(Func<TlogProof> read, string proofFile, LedgerVerifier log, string type, LedgerSubject subject)
    {
        try
        {
            var proof = read();
            _ = DossierProofs.Position(proof, log, proofFile);
            return About(proof, proofFile, type, subject);
        }
        catch (IntegrityException e)
        {
            throw new SignatureException(SignatureFault.OtherSubject, proofFile, e.Fault, e);
        }
        catch (MalformedInputException e) when (e is not (SignatureException or FolderException))
        {
            throw new SignatureException(SignatureFault.OtherSubject, proofFile, e.Fault, e);
        }
    }
}
