using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>All complete subtrees of a growing tree, in memory.</summary>
public sealed class MerkleLevels
{
    private readonly List<List<Digest>> _levels = [[]];

    /// <summary>The number of leaves.</summary>
    public long Size => _levels[0].Count;

    /// <summary>The root of the whole tree.</summary>
    public Digest Root => MerkleTree.Root(Size, Subtree);

    /// <summary>Appends a leaf and every subtree that it completes.</summary>
    public void Append(Digest leaf)
    {
        _levels[0].Add(leaf);
        for (var level = 0; _levels[level].Count % 2 == 0; level++)
        {
            if (level + 1 == _levels.Count)
                _levels.Add([]);
            _levels[level + 1].Add(MerkleTree.Node(_levels[level][^2], _levels[level][^1]));
        }
    }

    /// <summary>See <see cref="SubtreeHash"/>.</summary>
    public Digest Subtree(int level, long index) => _levels[level][checked((int)index)];
}
