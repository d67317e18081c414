using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger.Witnessing;

namespace Loragate.Governance.Ledger;

public sealed partial class LedgerFolder
{
    /// <summary>What to ask a witness: the checkpoint of now, and the proof that it begins with what the witness has cosigned last.</summary>
    /// <param name="oldSize">The size that the witness has cosigned last; 0 if none.</param>
    /// <param name="log">The ledger's key.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ledger never had so many entries.</exception>
    public WitnessRequest RequestCosignature(long oldSize, LedgerVerifier log)
    {
        var note = _store.ReadCheckpoint();
        var size = LedgerCheckpoint.Open(note, log, LedgerStore.CheckpointName).Size;
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, size);
        return new WitnessRequest(oldSize, oldSize == 0 ? [] : MerkleTree.ProveConsistency(oldSize, size, new TileReader(_store, size).Subtree), note);
    }

    /// <summary>
    /// Keeps what a witness answered: among the cosigned checkpoints, and in the ledger's checkpoint while that is still the one that was asked about.
    /// </summary>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">The answer: signature lines.</param>
    /// <param name="log">The ledger's key.</param>
    /// <param name="witness">The witness's key.</param>
    /// <param name="lockTimeout">How long to wait for writers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The checkpoint that was cosigned.</returns>
    /// <exception cref="LedgerException">The answer is no signature lines.</exception>
    /// <exception cref="IntegrityException">The witness did not cosign this checkpoint, or the ledger does not begin with it.</exception>
    /// <exception cref="TimeoutException">A writer kept the ledger too long.</exception>
    public LedgerCheckpoint AddCosignature(WitnessRequest request, ReadOnlySpan<byte> answer, LedgerVerifier log, LedgerVerifier witness, TimeSpan lockTimeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(witness);
        var checkpoint = LedgerCheckpoint.Open(request.Checkpoint.Span, log, "request");
        var cosigned = SignedNote.Parse([.. request.Checkpoint.Span, .. answer], "answer");
        if (!cosigned.SignedBy([log, witness], "answer").Contains(witness))
            throw new IntegrityException("answer", $"not cosigned by {witness}");
        _store.CreateStateFolder();
        using var held = WriterLock.Acquire(_store.LockPath, "the ledger", lockTimeout, cancellationToken);
        RequireBeginning(checkpoint, log, "request");
        var signature = cosigned.Signatures.First(line => SignedNote.IsOf(line, witness));
        var kept = _store.ReadCosigned(checkpoint.Size) is { } earlier ? SignedNote.Parse(earlier, LedgerStore.CosignedName(checkpoint.Size)) : SignedNote.Parse(request.Checkpoint.Span, "request");
        _store.WriteCosigned(checkpoint.Size, kept.With(signature).ToBytes());
        if (SignedNote.Parse(_store.ReadCheckpoint(), LedgerStore.CheckpointName) is var now && now.Text == cosigned.Text)
            _store.WriteCheckpoint(now.With(signature).ToBytes());
        return checkpoint;
    }

    /// <summary>The size up to which a witness has cosigned; 0 if nothing is kept of it.</summary>
    public long CosignedBy(LedgerVerifier witness, LedgerVerifier log) => FindWitnessed(log, new WitnessQuorum(1, [witness]))?.Checkpoint.Size ?? 0;

    /// <summary>How many of the first entries a quorum of witnesses has cosigned, 0 for none; null where nobody is asked.</summary>
    /// <exception cref="LedgerException">See <see cref="FindWitnessed"/>.</exception>
    /// <exception cref="IntegrityException">See <see cref="FindWitnessed"/>.</exception>
    public long? CountWitnessed(LedgerVerifier log, WitnessQuorum? quorum) => quorum is null ? null : FindWitnessed(log, quorum)?.Checkpoint.Size ?? 0;

    /// <summary>The longest beginning of the ledger that a quorum of witnesses has cosigned; null where there is none.</summary>
    /// <param name="log">The ledger's key.</param>
    /// <param name="quorum">How many of which witnesses.</param>
    /// <exception cref="LedgerException">A cosigned checkpoint is malformed.</exception>
    /// <exception cref="IntegrityException">The signature of the log or of a known witness is wrong, or the ledger does not begin with what was cosigned.</exception>
    public WitnessedCheckpoint? FindWitnessed(LedgerVerifier log, WitnessQuorum quorum)
    {
        ArgumentNullException.ThrowIfNull(quorum);
        (string Place, byte[] Note)[] notes = [(LedgerStore.CheckpointName, _store.ReadCheckpoint()), .. _store.ListCosigned()];
        foreach (var (place, note) in notes.OrderByDescending(cosigned => LedgerCheckpoint.Open(cosigned.Note, log, cosigned.Place).Size))
        {
            var signers = quorum.SignersOf(SignedNote.Parse(note, place), log, place);
            if (signers.Count < quorum.Needed)
                continue;
            var checkpoint = LedgerCheckpoint.Open(note, log, place);
            RequireBeginning(checkpoint, log, place);
            return new WitnessedCheckpoint(checkpoint, note, signers);
        }
        return null;
    }
}
