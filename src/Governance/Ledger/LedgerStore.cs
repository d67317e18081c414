using System.Globalization;
using System.Security.Cryptography;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;

namespace Loragate.Governance.Ledger;

/// <summary>The files of a ledger: read with limits, written whole under new names.</summary>
internal sealed class LedgerStore(string folder)
{
    public const string CheckpointName = "checkpoint";
    public const string StateName = ".state";

    /// <summary>A clone of git that is a ledger has it at its root.</summary>
    private const string GitFolder = ".git";

    /// <summary>What lies in the state folder is this host's own: git never takes it along.</summary>
    private const string IgnoreFile = $"{StateName}/.gitignore";

    private const string IndexName = $"{StateName}/index.db";

    /// <summary>The folder of checkpoints that witnesses have cosigned, each named by its size.</summary>
    private const string Cosigned = "cosigned";

    private const int HashBytes = 32;
    private const int MaxCheckpointBytes = 1 << 20;
    private const int MaxKeyBytes = 16 << 10;
    private const string Temporary = "new";
    private const string SetAside = "set-aside";

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    private readonly HashSet<string> _unsynced = new(StringComparer.Ordinal);

    public string LockPath => Path.Combine(State, "lock");

    public string CloneLockPath => Path.Combine(State, "clone-lock");

    public string IndexPath => Path.Combine(folder, IndexName);

    private static ReadOnlySpan<byte> Ignored => "*\n"u8;

    private string State => Path.Combine(folder, StateName);

    private string TileFolder => Path.Combine(folder, TileName.Folder);

    /// <exception cref="IntegrityException">A link stands in a place of the ledger's own: what is written would leave the ledger.</exception>
    public void CreateStateFolder()
    {
        Directory.CreateDirectory(State);
        foreach (var path in (string[])[State, LockPath, CloneLockPath, TileFolder, Path.Combine(folder, Cosigned), Path.Combine(State, SetAside)])
        {
            if (new FileInfo(path).LinkTarget is not null)
                throw new IntegrityException(Relative(path), "a link");
        }
        if (!File.Exists(Path.Combine(folder, IgnoreFile)))
            File.WriteAllBytes(Path.Combine(folder, IgnoreFile), Ignored);
    }

    /// <exception cref="IntegrityException">Git is told something else than to leave this host's state alone.</exception>
    public void RequireIgnoredState()
    {
        if (Read(IgnoreFile, MaxCheckpointBytes) is { } said && !Ignored.SequenceEqual(said))
            throw new IntegrityException(IgnoreFile, "not the one line '*' that keeps this host's state out of git");
    }

    /// <summary>What killed writers left; the lock is held, so nobody writes it.</summary>
    public void ClearHalfWritten()
    {
        foreach (var path in Directory.EnumerateFiles(State, Temporary + "*"))
            File.Delete(path);
    }

    /// <exception cref="IntegrityException">Missing or unreadable.</exception>
    public byte[] ReadCheckpoint() => Read(CheckpointName, MaxCheckpointBytes) ?? throw new IntegrityException(CheckpointName, "missing");

    /// <summary>The name of the cosigned checkpoint of a size.</summary>
    public static string CosignedName(long size) => string.Create(CultureInfo.InvariantCulture, $"{Cosigned}/{size}");

    public byte[]? ReadCosigned(long size) => Read(CosignedName(size), MaxCheckpointBytes);

    public void WriteCosigned(long size, ReadOnlySpan<byte> note) => Publish(CosignedName(size), note, replace: true);

    /// <summary>The cosigned checkpoints with their names; files of other names are none.</summary>
    public IReadOnlyList<(string Place, byte[] Note)> ListCosigned() => Directory.Exists(Path.Combine(folder, Cosigned))
        ? [.. Directory.EnumerateFiles(Path.Combine(folder, Cosigned)).Select(Relative).Where(IsCosigned).Order(StringComparer.Ordinal).Select(name => (name, Read(name, MaxCheckpointBytes)!))]
        : [];

    /// <summary>The hashes of a tile of exactly its width; the head of the full tile serves where the partial one was pruned.</summary>
    /// <exception cref="IntegrityException">Missing, or of another length than its name says.</exception>
    public IReadOnlyList<Digest> ReadHashes(TileName name)
    {
        var (found, bytes) = ReadTile(name, HashBytes * TileName.FullWidth);
        if (bytes.Length != found.Width * HashBytes)
            throw new IntegrityException(found.Path, $"{bytes.Length} bytes where {found.Width} hashes were expected");
        return [.. Enumerable.Range(0, name.Width).Select(i => Digest.FromBytes(bytes.AsSpan(i * HashBytes, HashBytes)))];
    }

    /// <summary>The entries of a bundle of exactly its width; the head of the full bundle serves where the partial one was pruned.</summary>
    /// <exception cref="IntegrityException">Missing, or not the number of entries that its name says.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> ReadEntries(TileName name)
    {
        var (found, bytes) = ReadTile(name, EntryBundle.MaxBytes);
        var entries = EntryBundle.Decode(bytes, found.Width) ?? throw new IntegrityException(found.Path, $"not a bundle of exactly {found.Width} entries");
        return [.. entries.Take(name.Width)];
    }

    /// <summary>Relative paths of everything under the tile folder, in ordinal order.</summary>
    /// <exception cref="IntegrityException">A link to a folder.</exception>
    public IReadOnlyList<string> ListTiles()
    {
        var paths = new List<string>();
        if (Directory.Exists(TileFolder))
            Walk(new DirectoryInfo(TileFolder), paths);
        paths.Sort(StringComparer.Ordinal);
        return paths;
    }

    /// <summary>Relative paths of the files that are none of a ledger's, in ordinal order; links to folders are not followed.</summary>
    public IReadOnlyList<string> ListStrangers() =>
        [.. Directory.EnumerateFiles(folder, "*", Everything).Select(Relative).Where(IsStrange).Order(StringComparer.Ordinal)];

    public byte[]? Read(string relative, int maxBytes)
    {
        var path = Path.Combine(folder, relative);
        if (!File.Exists(path))
            return null;
        try
        {
            return PlainFile.Read(path, maxBytes);
        }
        catch (FolderException e)
        {
            throw new IntegrityException(relative, e.Fault);
        }
    }

    public void WriteHashes(TileName name, IEnumerable<Digest> hashes) => WriteTile(name, [.. hashes.SelectMany(hash => hash.ToBytes())]);

    public void WriteEntries(TileName name, IEnumerable<ReadOnlyMemory<byte>> entries) => WriteTile(name, EntryBundle.Encode(entries));

    /// <summary>Publishes a checkpoint: the moment at which an append has happened.</summary>
    public void WriteCheckpoint(ReadOnlySpan<byte> note)
    {
        SyncFolders();
        Publish(CheckpointName, note, replace: true);
        SyncFolders();
    }

    /// <summary>
    /// Moves what no checkpoint covers out of the way: a killed append left it, and under a later tree its names would lie. It is
    /// kept, because after a rollback it is the evidence.
    /// </summary>
    public void SetAsideBeyond(long size)
    {
        foreach (var path in ListTiles().Where(path => !TileName.TryParse(path, out var name) || name.End > TileName.CountAt(name.Level, size)))
        {
            Directory.CreateDirectory(Path.Combine(State, SetAside));
            File.Move(Path.Combine(folder, path), Path.Combine(State, SetAside, path.Replace('/', '_')), overwrite: true);
        }
    }

    /// <summary>Whether a small file holds a private key, as PEM or as a note signer's key.</summary>
    public bool HoldsPrivateKey(string relative) =>
        new FileInfo(Path.Combine(folder, relative)).Length <= MaxKeyBytes
        && Read(relative, MaxKeyBytes) is { } bytes
        && (bytes.AsSpan().IndexOf("PRIVATE KEY"u8) >= 0 || bytes.AsSpan().IndexOf("PRIVATE+KEY"u8) >= 0);

    private void Walk(DirectoryInfo current, List<string> paths)
    {
        if (current.LinkTarget is not null)
            throw new IntegrityException(Relative(current.FullName), "a link to a folder");
        foreach (var entry in current.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo below)
                Walk(below, paths);
            else
                paths.Add(Relative(entry.FullName));
        }
    }

    private (TileName Found, byte[] Bytes) ReadTile(TileName name, int maxBytes)
    {
        if (Read(name.Path, maxBytes) is { } bytes)
            return (name, bytes);
        var full = name with { Width = TileName.FullWidth };
        return Read(full.Path, maxBytes) is { } head ? (full, head) : throw new IntegrityException(name.Path, "missing");
    }

    private void WriteTile(TileName name, ReadOnlySpan<byte> content) => Publish(name.Path, content, replace: false);

    private void Publish(string relative, ReadOnlySpan<byte> content, bool replace)
    {
        // A new name and a new file: whatever stands in the state folder is not written through.
        var (temporary, path) = (Path.Combine(State, $"{Temporary}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}"), Path.Combine(folder, relative));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        catch (ArgumentOutOfRangeException limit)
        {
            File.Delete(temporary);
            throw SizeLimit.Fault(path, limit);
        }
        File.Move(temporary, path, replace);
        for (var current = Path.GetDirectoryName(path)!; current.Length >= folder.Length; current = Path.GetDirectoryName(current)!)
            _unsynced.Add(current);
    }

    /// <summary>The new names, and every folder made for them, must survive a power cut before the checkpoint names them.</summary>
    private void SyncFolders()
    {
        foreach (var path in _unsynced)
            PosixFile.SyncFolder(path);
        _unsynced.Clear();
    }

    private static bool IsStrange(string name) =>
        name is not (CheckpointName or $"{StateName}/lock" or $"{StateName}/clone-lock" or IgnoreFile or GitFolder)
        && !name.StartsWith(GitFolder + "/", StringComparison.Ordinal)
        && !name.StartsWith(IndexName, StringComparison.Ordinal)
        && !name.StartsWith($"{StateName}/{Temporary}", StringComparison.Ordinal)
        && !name.StartsWith(TileName.Folder + "/", StringComparison.Ordinal)
        && !name.StartsWith($"{StateName}/{SetAside}/", StringComparison.Ordinal)
        && !IsCosigned(name);

    private static bool IsCosigned(string name) =>
        name.StartsWith(Cosigned + "/", StringComparison.Ordinal) && LedgerCheckpoint.TryParseSize(name[(Cosigned.Length + 1)..], out _);

    private string Relative(string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
}
