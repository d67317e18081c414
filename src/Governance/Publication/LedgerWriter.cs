using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Reports;

namespace Loragate.Governance.Publication;

/// <summary>Logs an event once and keeps its proof in a file; a proof that already stands there for the same event is kept, whatever was logged since.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="key">Its key.</param>
public sealed class LedgerWriter(LedgerFolder ledger, LedgerKey key)
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(2);

    /// <summary>The ledger's verifier key.</summary>
    public LedgerVerifier Verifier { get; } = key.VerifierFor(ledger.ReadOrigin());

    /// <summary>Logs an entry and writes its proof, which carries the entry.</summary>
    /// <exception cref="IntegrityException">The ledger was changed, or is another key's.</exception>
    public LedgerPosition Log(LedgerEntry entry, string proofPath, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var proof = Existing(entry, proofPath) ?? Append(entry, proofPath, cancellationToken);
        return DossierProofs.Position(proof, Verifier, proofPath);
    }

    private TlogProof? Existing(LedgerEntry entry, string proofPath)
    {
        if (!File.Exists(proofPath))
            return null;
        try
        {
            var proof = TlogProof.Parse(File.ReadAllBytes(proofPath), proofPath);
            if (proof.Extra is not { } bytes || !LedgerEntry.TryParse(bytes, out var logged) || logged!.ComputeIdempotencyKey() != entry.ComputeIdempotencyKey())
                return null;
            _ = proof.Verify(bytes.Span, Verifier, proofPath);
            return proof;
        }
        catch (Exception e) when (e is MalformedInputException or IntegrityException)
        {
            return null;
        }
    }

    private TlogProof Append(LedgerEntry entry, string proofPath, CancellationToken cancellationToken)
    {
        var index = ledger.Append([entry], key, LockTimeout, cancellationToken).Indices[0];
        var stored = ledger.ReadEntries(Verifier, cancellationToken)[(int)index];
        var proof = ledger.Prove(index, Verifier) with { Extra = stored };
        AtomicFile.Write(proofPath, proof.ToBytes());
        return proof;
    }
}
