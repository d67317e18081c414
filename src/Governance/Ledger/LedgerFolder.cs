using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger;

/// <summary>
/// A transparency log in a folder (C2SP tlog-tiles): checkpoint, tiles, entry bundles. Nothing that a checkpoint covers is ever
/// changed; the rename of the checkpoint is the only commit point. Format: docs/formats/ledger.v1.md.
/// </summary>
public sealed partial class LedgerFolder
{
    /// <summary>The files and folders that are handed on; what else lies in a ledger is its host's own.</summary>
    internal static IReadOnlyList<string> Published { get; } = [LedgerStore.CheckpointName, TileName.Folder];

    private readonly LedgerStore _store;

    private LedgerFolder(string path)
    {
        Path = path;
        _store = new LedgerStore(path);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Starts a ledger: an empty tree under a name.</summary>
    /// <param name="folder">A new or empty folder.</param>
    /// <param name="origin">The ledger's name for ever: no white space, no plus sign; a host and path that its owner controls.</param>
    /// <param name="key">The key; its file must not lie in the folder.</param>
    /// <exception cref="LedgerException">Something is there already, or the key lies in the folder.</exception>
    /// <exception cref="TimeoutException">Somebody else is starting a ledger there.</exception>
    public static LedgerFolder Init(string folder, string origin, LedgerKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!LedgerVerifier.IsName(origin))
            throw new ArgumentException($"'{origin}' is no name for a ledger: no white space, no plus sign.", nameof(origin));
        var full = Full(folder);
        RefuseKeyInside(full, key);
        RefuseUsed(full);
        Directory.CreateDirectory(full);
        var ledger = new LedgerFolder(full);
        ledger._store.CreateStateFolder();
        using var held = WriterLock.Acquire(ledger._store.LockPath, "the ledger", TimeSpan.Zero, CancellationToken.None);
        RefuseUsed(full);
        ledger._store.WriteCheckpoint(new LedgerCheckpoint(origin, 0, MerkleTree.EmptyRoot).Sign(key));
        return ledger;
    }

    /// <summary>Opens a ledger; nothing in it is trusted yet.</summary>
    /// <exception cref="LedgerException">No such folder.</exception>
    public static LedgerFolder Open(string folder) => Directory.Exists(folder)
        ? new LedgerFolder(Full(folder))
        : throw new LedgerException(folder, "no such folder", "Start a ledger with 'loragate ledger init', or check the path.");

    /// <summary>Recomputes everything and names the first file that is wrong, and why. Never throws for what lies in the folder.</summary>
    /// <param name="log">The ledger's key.</param>
    /// <param name="history">What was seen of it before; empty for none.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public LedgerVerification Verify(LedgerVerifier log, IReadOnlyList<SeenCheckpoint> history, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(history);
        LedgerCheckpoint? checkpoint = null;
        try
        {
            checkpoint = ReadCheckpoint(log);
            var audit = new LedgerAudit(_store, checkpoint, cancellationToken);
            audit.Run(log, history);
            return new LedgerVerification(checkpoint, null, audit.Warnings);
        }
        catch (IntegrityException e)
        {
            return new LedgerVerification(checkpoint, new LedgerFault(e.Place, e.Fault), []);
        }
        catch (LedgerException e)
        {
            return new LedgerVerification(checkpoint, new LedgerFault(e.Place, e.Fault), []);
        }
    }

    /// <summary>The name that the ledger claims; nothing is verified yet.</summary>
    /// <exception cref="LedgerException">The checkpoint is malformed.</exception>
    /// <exception cref="IntegrityException">The checkpoint is missing.</exception>
    public string ReadOrigin() =>
        LedgerCheckpoint.Parse(SignedNote.Parse(_store.ReadCheckpoint(), LedgerStore.CheckpointName).Text, LedgerStore.CheckpointName).Origin;

    /// <summary>The checkpoint, after its signature held.</summary>
    /// <exception cref="LedgerException">Malformed.</exception>
    /// <exception cref="IntegrityException">Missing, or not signed by this ledger.</exception>
    public LedgerCheckpoint ReadCheckpoint(LedgerVerifier log) => LedgerCheckpoint.Open(_store.ReadCheckpoint(), log, LedgerStore.CheckpointName);

    /// <summary>Every entry's bytes, after they hashed to the signed root.</summary>
    /// <exception cref="LedgerException">The checkpoint is malformed.</exception>
    /// <exception cref="IntegrityException">The ledger was changed.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> ReadEntries(LedgerVerifier log, CancellationToken cancellationToken = default) =>
        LedgerTree.Read(_store, ReadCheckpoint(log), cancellationToken).Entries;

    /// <summary>Proves from the tiles, without reading other entries, that the entry at <paramref name="index"/> is in the ledger.</summary>
    /// <returns>The proof, already checked.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    /// <exception cref="IntegrityException">The tiles or the entry were changed.</exception>
    public TlogProof Prove(long index, LedgerVerifier log) => Prove(index, log, out _);

    /// <summary>Proves the entry at <paramref name="index"/> and gives back its bytes as they stand in the ledger.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    /// <exception cref="IntegrityException">The tiles or the entry were changed.</exception>
    public TlogProof Prove(long index, LedgerVerifier log, out ReadOnlyMemory<byte> entry) => Prove(index, log, _store.ReadCheckpoint(), out entry);

    /// <summary>Proves the entry at <paramref name="index"/> under an earlier checkpoint, for example one that witnesses have cosigned.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry under that checkpoint.</exception>
    /// <exception cref="IntegrityException">The tiles or the entry were changed.</exception>
    public TlogProof Prove(long index, LedgerVerifier log, ReadOnlyMemory<byte> note, out ReadOnlyMemory<byte> entry)
    {
        var checkpoint = LedgerCheckpoint.Open(note.Span, log, LedgerStore.CheckpointName);
        var tiles = new TileReader(_store, checkpoint.Size);
        var proof = new TlogProof(index, MerkleTree.ProveInclusion(index, checkpoint.Size, tiles.Subtree), note);
        var bundle = TileName.Cover(null, checkpoint.Size).ElementAt((int)(index / TileName.FullWidth));
        entry = _store.ReadEntries(bundle)[(int)(index % TileName.FullWidth)];
        _ = proof.Verify(entry.Span, log, bundle.Path);
        return proof;
    }

    /// <summary>Proves from the tiles that the tree of <paramref name="oldSize"/> entries is the beginning of this one.</summary>
    /// <param name="oldSize">At least 1, at most the size of the checkpoint.</param>
    /// <param name="log">The ledger's key.</param>
    public IReadOnlyList<Digest> ProveConsistency(long oldSize, LedgerVerifier log)
    {
        var size = ReadCheckpoint(log).Size;
        return MerkleTree.ProveConsistency(oldSize, size, new TileReader(_store, size).Subtree);
    }

    /// <summary>Requires that the ledger still begins with what it once signed: if not, it was rolled back or rewritten, which is told and never mended.</summary>
    /// <param name="seen">A checkpoint that the ledger signed.</param>
    /// <param name="log">The ledger's key.</param>
    /// <param name="place">Where the checkpoint is from, for messages.</param>
    /// <exception cref="IntegrityException">It does not.</exception>
    public void RequireBeginning(LedgerCheckpoint seen, LedgerVerifier log, string place)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var now = ReadCheckpoint(log);
        if (seen.Size > now.Size)
            throw new IntegrityException(place, $"the ledger had {seen.Size} entries when it signed this and has {now.Size} now: it was rolled back or replaced");
        if (!MerkleTree.VerifyConsistency(seen.Size, seen.Root, now.Size, now.Root, seen.Size == 0 ? [] : ProveConsistency(seen.Size, log)))
            throw new IntegrityException(place, $"the ledger no longer begins with the {seen.Size} entries that it had when it signed this: its history was rewritten");
    }

    /// <summary>Where the index of what is logged lies.</summary>
    internal string IndexPath => _store.IndexPath;

    /// <summary>The checkpoint as it lies there.</summary>
    internal byte[] ReadNote() => _store.ReadCheckpoint();

    /// <summary>One at a time in the clone that the ledger lies in; appends have a lock of their own.</summary>
    internal FileStream LockClone(TimeSpan timeout, CancellationToken cancellationToken)
    {
        _store.CreateStateFolder();
        return WriterLock.Acquire(_store.CloneLockPath, "the ledger", timeout, cancellationToken);
    }

    /// <summary>What a killed start left, the state folder alone, is no obstacle.</summary>
    private static void RefuseUsed(string folder)
    {
        if (File.Exists(folder) || Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(path => System.IO.Path.GetFileName(path) != LedgerStore.StateName))
            throw new LedgerException(folder, "something is there already", "Name a new or empty folder: a ledger is never started over.");
    }

    private static void RefuseKeyInside(string folder, LedgerKey key)
    {
        if (key.Path is not { } path)
            return;
        var real = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        if (IsInside(path, folder) || IsInside(real, folder))
            throw new LedgerException(path, "the ledger's key lies in the ledger folder", "Move it elsewhere: whoever is handed the ledger would be handed the key.");
    }

    private static bool IsInside(string path, string folder) =>
        path.StartsWith(System.IO.Path.TrimEndingDirectorySeparator(folder) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Full(string folder) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
}
