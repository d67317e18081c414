using Loragate.Artifacts;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger;

/// <summary>Recomputes a whole ledger: every entry, every hash of every tile, every file that is there.</summary>
internal sealed class LedgerAudit(LedgerStore store, LedgerCheckpoint checkpoint, CancellationToken cancellationToken)
{
    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Warnings => _warnings;

    /// <exception cref="IntegrityException">The first thing that is wrong.</exception>
    public void Run(LedgerVerifier log, IReadOnlyList<SeenCheckpoint> history)
    {
        var tree = LedgerTree.Read(store, checkpoint, cancellationToken);
        _warnings.AddRange(LedgerTime.StepsBack(tree.Entries));
        var required = CheckTiles(tree);
        foreach (var path in store.ListTiles().Where(path => !required.Contains(path)))
            CheckOther(path, tree);
        store.RequireIgnoredState();
        foreach (var path in store.ListStrangers())
            CheckStranger(path);
        foreach (var (place, note) in store.ListCosigned())
            CheckCosigned(place, LedgerCheckpoint.Open(note, log, place), tree);
        foreach (var seen in history)
            CheckSeen(seen, tree);
    }

    private HashSet<string> CheckTiles(LedgerTree tree)
    {
        var required = TileName.Cover(null, checkpoint.Size).Select(name => name.Path).ToHashSet(StringComparer.Ordinal);
        for (var level = 0; TileName.CountAt(level, checkpoint.Size) is > 0 and var count; level++)
        {
            foreach (var name in TileName.Cover(level, count))
            {
                if (!store.ReadHashes(name).SequenceEqual(tree.Hashes(name)))
                    throw new IntegrityException(name.Path, "hashes that are not those of the entries");
                required.Add(name.Path);
            }
        }
        return required;
    }

    /// <summary>Older partial tiles stay for ever and must agree; what reaches beyond the checkpoint must agree as far as it is covered.</summary>
    private void CheckOther(string path, LedgerTree tree)
    {
        if (!TileName.TryParse(path, out var name))
            throw new IntegrityException(path, "not a file of a ledger");
        var covered = (int)Math.Clamp(TileName.CountAt(name.Level, checkpoint.Size) - name.Index * TileName.FullWidth, 0, name.Width);
        if (covered < name.Width)
            _warnings.Add($"{path} reaches beyond the checkpoint: a killed append, or a checkpoint that was rolled back.");
        if (!Agrees(name, covered, tree))
            throw new IntegrityException(path, "contradicts the tree");
    }

    private bool Agrees(TileName name, int covered, LedgerTree tree) => name.Level is null
        ? store.ReadEntries(name).Take(covered).Select((entry, i) => MerkleTree.Leaf(entry.Span) == tree.Levels.Subtree(0, name.Index * TileName.FullWidth + i)).All(same => same)
        : store.ReadHashes(name).Take(covered).SequenceEqual(tree.Hashes(name with { Width = covered }));

    private void CheckStranger(string path)
    {
        if (store.HoldsPrivateKey(path))
            throw new IntegrityException(path, "a private key lies in the ledger: whoever can read the ledger can forge it");
        _warnings.Add($"{path} is no file of a ledger.");
    }

    /// <summary>What was shown to a witness is the ledger's own word as well.</summary>
    private void CheckCosigned(string place, LedgerCheckpoint cosigned, LedgerTree tree)
    {
        if (place != LedgerStore.CosignedName(cosigned.Size))
            throw new IntegrityException(place, $"a checkpoint of {cosigned.Size} entries");
        CheckSeen(new SeenCheckpoint(cosigned.Size, cosigned.Root), tree);
    }

    private void CheckSeen(SeenCheckpoint seen, LedgerTree tree)
    {
        if (seen.Size > checkpoint.Size)
            throw new IntegrityException(LedgerStore.CheckpointName, $"size {checkpoint.Size} where size {seen.Size} was seen before: the ledger was rolled back");
        if (seen.Root is { } root && MerkleTree.Root(seen.Size, tree.Levels.Subtree) is var found && found != root)
            throw new IntegrityException(LedgerStore.CheckpointName, $"the root at size {seen.Size} is {found}, seen was {root}: the history was rewritten");
    }
}
