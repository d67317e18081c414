using Loragate.Governance.Keys.Tokens;

namespace Loragate.Cli.Gate;

/// <summary>Where a gate reads and writes: checked before any work, so that no long run ends because a report cannot be written, or overwrites what it judges.</summary>
internal static class GatePlaces
{
    /// <summary>Refuses places that overlap and outputs that cannot be written.</summary>
    /// <exception cref="UsageException">Names both options.</exception>
    public static void Check(GateRequest request)
    {
        List<Place> inputs = [new("--base", Real(request.Base)), new("--adapter", Real(request.Adapter))];
        List<Place> kept = [new("--dossier", Real(request.Dossier)), .. Optional("--cache", request.Cache), .. Optional("--ledger", request.Ledger)];
        List<Place> told = [.. Optional("--previous", request.Previous), .. Optional("--trials", request.Trials)];
        List<Place> read =
        [
            .. Optional("--policy", request.Policy), .. Optional("--trust", request.Trust), .. Optional("--certificate", request.Signing?.Certificate), .. Optional("--chain", request.Signing?.Chain),
            .. Optional("--training-digests", request.TrainingDigests),
        ];
        List<Place> keys = [.. Optional("--key", KeyFileOf(request.Signing?.Key)), .. Optional("--ledger-key", request.LedgerKey)];
        List<Place> copies = [.. Optional("--report", request.Report), .. Optional("--sarif", request.Sarif), .. Optional("--junit", request.JUnit), .. Optional("--summary", request.Summary)];
        for (var i = 0; i < kept.Count; i++)
        {
            foreach (var other in inputs.Concat(told).Concat(kept.Skip(i + 1)).Where(kept[i].Overlaps))
                throw new UsageException($"{kept[i].Option} {kept[i].Path} and {other.Option} {other.Path} overlap: give each a folder of its own.");
        }
        foreach (var key in keys)
            RefuseInside(key, [.. inputs, .. kept], "whoever is handed the folder would be handed the key");
        foreach (var copy in copies)
            RefuseInside(copy, [.. inputs, .. told, .. kept], "it would change what is judged or sealed");
        foreach (var copy in copies)
            CheckWritable(copy, [.. keys, .. read, .. copies.Where(other => other != copy)]);
    }

    /// <summary>A key on a token lies in no folder.</summary>
    private static string? KeyFileOf(string? key) => key is not null && TokenUri.IsOne(key) ? null : key;

    private static void RefuseInside(Place file, IEnumerable<Place> folders, string why)
    {
        if (folders.FirstOrDefault(file.IsInside) is { } folder)
            throw new UsageException($"{file.Option} {file.Path} lies in {folder.Option} {folder.Path}: {why}. Name another place.");
    }

    private static void CheckWritable(Place file, IEnumerable<Place> others)
    {
        if (others.FirstOrDefault(other => other.Path == file.Path) is { } same)
            throw new UsageException($"{file.Option} and {same.Option} name the same file, {file.Path}: give each its own.");
        if (Directory.Exists(file.Path))
            throw new UsageException($"{file.Option} {file.Path} is a folder: name a file.");
        if (!Directory.Exists(Path.GetDirectoryName(file.Path)))
            throw new UsageException($"{file.Option} {file.Path}: there is no folder {Path.GetDirectoryName(file.Path)}. Make it, or name another place.");
    }

    private static IEnumerable<Place> Optional(string option, string? path) => path is null ? [] : [new Place(option, Real(path))];

    /// <summary>The full path, with the last link followed: two names of one folder are one place.</summary>
    private static string Real(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        FileSystemInfo entry = Directory.Exists(full) ? new DirectoryInfo(full) : new FileInfo(full);
        return entry.Exists && entry.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Path.TrimEndingDirectorySeparator(target.FullName) : full;
    }

    private sealed record Place(string Option, string Path)
    {
        public bool IsInside(Place folder) => Path.StartsWith(folder.Path + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal);

        public bool Overlaps(Place other) => Path == other.Path || IsInside(other) || other.IsInside(this);
    }
}
