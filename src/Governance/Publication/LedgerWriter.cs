using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Ledger.Git;
using Loragate.Governance.Ledger.Witnessing;
using Loragate.Governance.Reports;

namespace Loragate.Governance.Publication;

/// <summary>
/// Logs an event once and keeps its proof in a file. A proof that already stands there for the same event is kept, whatever was logged
/// since, but only while the ledger itself holds what the proof shows: a dossier's word is not enough.
/// </summary>
/// <param name="ledger">The ledger.</param>
/// <param name="key">Its key.</param>
/// <param name="clone">The clone that it is fetched to and pushed from; null for a ledger that is written where it lies.</param>
public sealed class LedgerWriter(LedgerFolder ledger, LedgerKey key, LedgerClone? clone = null)
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(2);

    /// <summary>The ledger's verifier key.</summary>
    public LedgerVerifier Verifier { get; } = key.VerifierFor(ledger.ReadOrigin());

    /// <summary>Brings a ledger that is kept in a git repository to where the remote is; nothing for any other.</summary>
    /// <exception cref="LedgerException">The remote cannot be reached, or the clone holds work on other files.</exception>
    /// <exception cref="IntegrityException">The remote's ledger was rolled back or rewritten.</exception>
    public void Fetch(CancellationToken cancellationToken) => clone?.Fetch(Verifier, LockTimeout, cancellationToken);

    /// <summary>Refuses a clock that lies before what the ledger holds: by it, old evidence would be young.</summary>
    /// <exception cref="IntegrityException">It lies before the latest entry by more than clocks may differ, or the ledger was changed or is another key's.</exception>
    public void RequireForward(DateTimeOffset now, CancellationToken cancellationToken) =>
        LedgerTime.RequireForward(now, LedgerTime.Latest(ledger.ReadEntries(Verifier, cancellationToken)), ledger.Path);

    /// <summary>What is logged so far.</summary>
    /// <exception cref="IntegrityException">The ledger was changed, or is another key's.</exception>
    public LedgerHistory ReadHistory(CancellationToken cancellationToken) => LedgerHistory.Of(ledger.ReadEntries(Verifier, cancellationToken));

    /// <summary>How many of the first entries a quorum of witnesses has cosigned; null where nobody is asked.</summary>
    /// <exception cref="LedgerException">A cosigned checkpoint is malformed.</exception>
    /// <exception cref="IntegrityException">The ledger does not begin with what was cosigned.</exception>
    public long? CountWitnessed(WitnessQuorum? quorum) => ledger.CountWitnessed(Verifier, quorum);

    /// <summary>Logs entries without proofs of their own.</summary>
    /// <param name="entries">At least one.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    /// <returns>Each as it stands in the ledger: one that was logged before has its old time.</returns>
    public IReadOnlyList<LedgerEntry> Record(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken) =>
        [.. Append(_ => entries, cancellationToken).Entries.Select(bytes => LedgerEntry.Parse(bytes, ledger.Path))];

    /// <summary>Appends entries that depend on what is logged already.</summary>
    /// <param name="compose">Makes the entries, at least one, from all that is logged; asked again where another writer was faster.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    public AppendedEntries Append(Func<LedgerHistory, IReadOnlyList<LedgerEntry>> compose, CancellationToken cancellationToken) =>
        clone is null ? ledger.Append(compose, key, LockTimeout, cancellationToken) : clone.Append(compose, key, LockTimeout, cancellationToken);

    /// <summary>Logs an entry and writes its proof, which carries the entry.</summary>
    /// <exception cref="LedgerException">The entry is one that ledgers refuse, for example because it is too long.</exception>
    /// <exception cref="IntegrityException">The ledger was changed, is another key's, or no longer holds what an earlier proof shows.</exception>
    public LedgerPosition Log(LedgerEntry entry, string proofPath, CancellationToken cancellationToken) => Log(entry, _ => entry, proofPath, cancellationToken);

    /// <summary>Logs an entry that depends on what is logged already, also by writers elsewhere, and writes its proof.</summary>
    /// <param name="compose">Makes the entry from all that is logged, whether or not an earlier proof is kept; asked again where another writer was faster. What it throws, nothing is logged for.</param>
    /// <param name="proofPath">The proof's file.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    /// <exception cref="LedgerException">See above.</exception>
    /// <exception cref="IntegrityException">See above.</exception>
    public LedgerPosition Log(Func<LedgerHistory, LedgerEntry> compose, string proofPath, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(compose);
        Fetch(cancellationToken);
        return Log(compose(ReadHistory(cancellationToken)), compose, proofPath, cancellationToken);
    }

    private LedgerPosition Log(LedgerEntry entry, Func<LedgerHistory, LedgerEntry> compose, string proofPath, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Fault() is { } fault)
            throw new LedgerException(proofPath, $"the {entry.Type} cannot be logged: {fault}", "Give the adapter and the policy shorter names, or the policy fewer tasks.");
        var proof = Existing(entry, proofPath) ?? AppendAndProve(compose, proofPath, cancellationToken);
        return DossierProofs.Position(proof, Verifier, proofPath);
    }

    private TlogProof? Existing(LedgerEntry entry, string proofPath)
    {
        if (!File.Exists(proofPath))
            return null;
        TlogProof proof;
        LedgerCheckpoint seen;
        try
        {
            proof = TlogProof.Read(proofPath, proofPath);
            if (proof.Extra is not { } bytes || !LedgerEntry.TryParse(bytes, out var logged) || logged!.ComputeIdempotencyKey() != entry.ComputeIdempotencyKey())
                return null;
            seen = proof.Verify(bytes.Span, Verifier, proofPath);
        }
        catch (Exception e) when (e is MalformedInputException or IntegrityException)
        {
            return null;
        }
        CheckStillHeld(proof, seen, proofPath);
        return proof;
    }

    private void CheckStillHeld(TlogProof proof, LedgerCheckpoint seen, string proofPath)
    {
        ledger.RequireBeginning(seen, Verifier, proofPath);
        _ = ledger.Prove(proof.Index, Verifier, out var held);
        if (!held.Span.SequenceEqual(proof.Extra!.Value.Span))
            throw new IntegrityException(proofPath, $"entry {proof.Index} of the ledger is not the one of this proof");
    }

    private TlogProof AppendAndProve(Func<LedgerHistory, LedgerEntry> compose, string proofPath, CancellationToken cancellationToken)
    {
        var appended = Append(history => [compose(history)], cancellationToken);
        var proof = ledger.Prove(appended.Indices[0], Verifier) with { Extra = appended.Entries[0] };
        AtomicFile.Write(proofPath, proof.ToBytes());
        return proof;
    }
}
