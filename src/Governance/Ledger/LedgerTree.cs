using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>All entries of a ledger and their tree, hashed to the root that the checkpoint signs.</summary>
internal sealed class LedgerTree
{
    private readonly List<ReadOnlyMemory<byte>> _entries = [];

    private LedgerTree()
    {
    }

    public MerkleLevels Levels { get; } = new();

    public IReadOnlyList<ReadOnlyMemory<byte>> Entries => _entries;

    /// <exception cref="IntegrityException">A bundle is missing, malformed, or not the one that was signed: the first bad file is named.</exception>
    public static LedgerTree Read(LedgerStore store, LedgerCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var tree = new LedgerTree();
        foreach (var name in TileName.Cover(null, checkpoint.Size))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var entry in store.ReadEntries(name))
                tree.Append(entry);
        }
        return tree.Levels.Root == checkpoint.Root ? tree : throw tree.Blame(store, checkpoint);
    }

    public void Append(ReadOnlyMemory<byte> entry)
    {
        _entries.Add(entry);
        Levels.Append(MerkleTree.Leaf(entry.Span));
    }

    /// <summary>The hashes of one tile.</summary>
    public IEnumerable<Digest> Hashes(TileName name) =>
        Enumerable.Range(0, name.Width).Select(i => Levels.Subtree(8 * name.Level!.Value, name.Index * TileName.FullWidth + i));

    /// <summary>Where the level-0 tiles hash to the signed root, the entries that contradict them are the changed ones.</summary>
    private IntegrityException Blame(LedgerStore store, LedgerCheckpoint checkpoint)
    {
        var signed = new MerkleLevels();
        foreach (var hash in TileName.Cover(0, checkpoint.Size).SelectMany(store.ReadHashes))
            signed.Append(hash);
        if (signed.Root != checkpoint.Root)
            return new IntegrityException(LedgerStore.CheckpointName, $"the entries hash to the root {Levels.Root}, signed was {checkpoint.Root}");
        var index = Enumerable.Range(0, _entries.Count).First(i => signed.Subtree(0, i) != Levels.Subtree(0, i));
        var bundle = TileName.Cover(null, checkpoint.Size).ElementAt(index / TileName.FullWidth);
        return new IntegrityException(bundle.Path, $"entry {index} is not the one that was signed");
    }
}
