using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>Subtree hashes read from tiles; each tile is read once.</summary>
internal sealed class TileReader(LedgerStore store, long size)
{
    private const int TileHeight = 8;
    private readonly Dictionary<TileName, IReadOnlyList<Digest>> _tiles = [];

    /// <summary>See <see cref="SubtreeHash"/>: tiles hold every eighth level, what lies between is hashed from the level below.</summary>
    public Digest Subtree(int level, long index) => level % TileHeight == 0
        ? Read(level / TileHeight, index)
        : MerkleTree.Node(Subtree(level - 1, index * 2), Subtree(level - 1, index * 2 + 1));

    private Digest Read(int tileLevel, long index)
    {
        var start = index / TileName.FullWidth * TileName.FullWidth;
        var width = (int)Math.Min(TileName.FullWidth, TileName.CountAt(tileLevel, size) - start);
        var name = new TileName(tileLevel, index / TileName.FullWidth, width);
        if (!_tiles.TryGetValue(name, out var hashes))
            _tiles.Add(name, hashes = store.ReadHashes(name));
        return hashes[(int)(index - start)];
    }
}
