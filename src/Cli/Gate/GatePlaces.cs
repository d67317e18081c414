using Loragate.EvalHarness.Tasks;
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
        List<Place> told = [.. Optional("--previous", request.Previous), .. Optional("--trials", request.Trials), .. Optional("--imported", request.Imported)];
        List<Place> read =
        [
            .. Optional("--policy", request.Policy), .. Optional("--trust", request.Trust), .. Optional("--certificate", request.Signing?.Certificate), .. Optional("--chain", request.Signing?.Chain),
            .. Optional("--training-digests", request.TrainingDigests),
        ];
        List<Place> keys = [.. Optional("--key", KeyFileOf(request.Signing?.Key)), .. Optional("--ledger-key", request.LedgerKey)];
        List<Place> copies = [.. Copies(request)];
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

    /// <summary>Refuses outputs that would take the place of what a task reads.</summary>
    /// <param name="request">The gate.</param>
    /// <param name="tasks">Its tasks.</param>
    /// <exception cref="UsageException">Names option and file.</exception>
    public static void CheckTasks(GateRequest request, IEnumerable<EvaluationTask> tasks)
    {
        var read = tasks.SelectMany(task => task.PlacesRead(request.DataRoot)).Select(Real).ToHashSet(StringComparer.Ordinal);
        if (Copies(request).FirstOrDefault(copy => read.Contains(copy.Path)) is { } copy)
            throw new UsageException($"{copy.Option} {copy.Path} is a file that a task reads: it would change what is judged. Name another place.");
    }

    private static IEnumerable<Place> Copies(GateRequest request) =>
        [.. Optional("--report", request.Report), .. Optional("--sarif", request.Sarif), .. Optional("--junit", request.JUnit), .. Optional("--summary", request.Summary)];

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

    /// <summary>The full path, with every link followed: two names of one folder are one place.</summary>
    private static string Real(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        var place = Path.Combine(Real(parent), Path.GetFileName(full));
        FileSystemInfo entry = Directory.Exists(place) ? new DirectoryInfo(place) : new FileInfo(place);
        return entry.Exists && entry.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName) : place;
    }

    private sealed record Place(string Option, string Path)
    {
        public bool IsInside(Place folder) => Path.StartsWith(folder.Path + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal);

        public bool Overlaps(Place other) => Path == other.Path || IsInside(other) || other.IsInside(this);
    }
}
