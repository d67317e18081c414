using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger;

public sealed partial class LedgerFolder
{
    /// <summary>
    /// Appends entries and signs the new checkpoint. Other writers of this host wait. An entry that was logged before (the same but
    /// for its time) is not logged again. Killed at any moment, it has happened wholly or not at all.
    /// </summary>
    /// <param name="entries">At least one.</param>
    /// <param name="key">The ledger's key; its file must not lie in the folder.</param>
    /// <param name="lockTimeout">How long to wait for other writers.</param>
    /// <param name="cancellationToken">Ends the wait; once tiles are being written it is no longer heard.</param>
    /// <exception cref="ArgumentException">No entries, or one that says nothing or is too long.</exception>
    /// <exception cref="LedgerException">The key lies in the folder, or the checkpoint is malformed.</exception>
    /// <exception cref="IntegrityException">The key is not this ledger's, the ledger was changed, or a new entry is older than what is logged already.</exception>
    /// <exception cref="TimeoutException">Another writer kept the ledger too long.</exception>
    public AppendedEntries Append(IReadOnlyList<LedgerEntry> entries, LedgerKey key, TimeSpan lockTimeout, CancellationToken cancellationToken = default)
    {
        CheckEntries(entries);
        return Append(_ => entries, key, lockTimeout, cancellationToken);
    }

    /// <summary>Appends entries that depend on what is logged already: they are made while no other writer can append.</summary>
    /// <param name="compose">Makes the entries, at least one, from all that is logged.</param>
    /// <param name="key">See above.</param>
    /// <param name="lockTimeout">See above.</param>
    /// <param name="cancellationToken">See above.</param>
    public AppendedEntries Append(Func<LedgerHistory, IReadOnlyList<LedgerEntry>> compose, LedgerKey key, TimeSpan lockTimeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(compose);
        ArgumentNullException.ThrowIfNull(key);
        RefuseKeyInside(Path, key);
        _store.CreateStateFolder();
        using var held = WriterLock.Acquire(_store.LockPath, "the ledger", lockTimeout, cancellationToken);
        _store.ClearHalfWritten();
        var old = OpenOwnCheckpoint(key);
        var tree = LedgerTree.Read(_store, old, cancellationToken);
        var entries = compose(LedgerHistory.Of(tree.Entries));
        CheckEntries(entries);
        var indices = Add(entries, tree, Path);
        IReadOnlyList<ReadOnlyMemory<byte>> stored = [.. indices.Select(index => tree.Entries[(int)index])];
        if (tree.Levels.Size == old.Size)
            return new AppendedEntries(indices, stored, old, 0);
        _store.SetAsideBeyond(old.Size);
        Write(tree, old.Size);
        var checkpoint = new LedgerCheckpoint(old.Origin, tree.Levels.Size, tree.Levels.Root);
        _store.WriteCheckpoint(checkpoint.Sign(key));
        return new AppendedEntries(indices, stored, checkpoint, (int)(checkpoint.Size - old.Size));
    }

    private LedgerCheckpoint OpenOwnCheckpoint(LedgerKey key)
    {
        var note = _store.ReadCheckpoint();
        var claimed = LedgerCheckpoint.Parse(SignedNote.Parse(note, LedgerStore.CheckpointName).Text, LedgerStore.CheckpointName);
        return LedgerVerifier.IsName(claimed.Origin)
            ? LedgerCheckpoint.Open(note, key.VerifierFor(claimed.Origin), LedgerStore.CheckpointName)
            : throw new LedgerException(LedgerStore.CheckpointName, $"'{claimed.Origin}' is no name for a ledger", "Check that this is the right folder.");
    }

    private static List<long> Add(IReadOnlyList<LedgerEntry> entries, LedgerTree tree, string ledger)
    {
        var (known, latest) = (new Dictionary<Digest, long>(), DateTimeOffset.MinValue);
        for (var i = 0; i < tree.Entries.Count; i++)
        {
            if (!EntryTail.TryRead(tree.Entries[i].Span, out var logged))
                continue;
            known.TryAdd(logged.IdempotencyKey, i);
            latest = logged.Time > latest ? logged.Time : latest;
        }
        var indices = new List<long>(entries.Count);
        foreach (var bytes in entries.Select(entry => entry.ToCanonicalJson()))
        {
            var (time, idempotencyKey) = EntryTail.Of(bytes);
            if (known.TryAdd(idempotencyKey, tree.Levels.Size))
            {
                LedgerTime.RequireForward(time, latest, ledger);
                latest = time > latest ? time : latest;
                tree.Append(bytes);
            }
            indices.Add(known[idempotencyKey]);
        }
        return indices;
    }

    private void Write(LedgerTree tree, long oldSize)
    {
        var size = tree.Levels.Size;
        foreach (var name in TileName.Cover(null, size).Where(name => name.End > oldSize))
            _store.WriteEntries(name, tree.Entries.Skip((int)name.Index * TileName.FullWidth).Take(name.Width));
        for (var level = 0; TileName.CountAt(level, size) is > 0 and var count; level++)
        {
            foreach (var name in TileName.Cover(level, count).Where(name => name.End > TileName.CountAt(level, oldSize)))
                _store.WriteHashes(name, tree.Hashes(name));
        }
    }

    private static void CheckEntries(IReadOnlyList<LedgerEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
            throw new ArgumentException("There is nothing to append.", nameof(entries));
        foreach (var entry in entries)
        {
            if (entry.Fault() is { } fault)
                throw new ArgumentException($"An entry cannot be logged: {fault}.", nameof(entries));
        }
    }
}
