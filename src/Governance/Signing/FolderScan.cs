using Loragate.Artifacts;
using Loragate.Artifacts.Folders;

namespace Loragate.Governance.Signing;

/// <summary>
/// The files of a folder that a signature must cover, and whatever in it a signature cannot cover. Nothing is opened;
/// links are never followed out of the folder.
/// </summary>
internal sealed class FolderScan
{
    private const int MaxDepth = 64;
    private const int MaxFiles = 100_000;
    private readonly string _root;
    private readonly IgnorePaths _ignored;
    private readonly bool _allowLinks;
    private readonly string? _bundle;
    private readonly SortedDictionary<string, string> _files = new(CodePointOrder.Instance);
    private readonly List<VerificationFinding> _findings = [];

    private FolderScan(string root, IgnorePaths ignored, bool allowLinks, string? bundle) =>
        (_root, _ignored, _allowLinks, _bundle) = (root, ignored, allowLinks, bundle);

    /// <summary>Path by name, in code-point order of the names.</summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    /// <summary>What cannot be signed.</summary>
    public IReadOnlyList<VerificationFinding> Findings => _findings;

    /// <summary>Walks a folder.</summary>
    /// <exception cref="FolderException">There is no such folder.</exception>
    public static FolderScan Of(string folder, IgnorePaths ignored, bool allowLinks, string? bundlePath)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(root))
            throw new FolderException(folder, "no such folder", "Check the path.");
        var scan = new FolderScan(root, ignored, allowLinks, bundlePath is null ? null : Path.GetFullPath(bundlePath));
        scan.Walk(new DirectoryInfo(root), "", hidden: false, depth: 0);
        return scan;
    }

    private void Walk(DirectoryInfo folder, string prefix, bool hidden, int depth)
    {
        if (depth > MaxDepth)
        {
            Report(SignatureFault.UnsafeEntry, prefix, $"folders nested more than {MaxDepth} deep");
            return;
        }
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            var name = prefix + entry.Name;
            if (IgnorePaths.IsVersionControl(name) || entry.FullName == _bundle && entry.LinkTarget is null)
                continue;
            Visit(entry, name, hidden || _ignored.Covers(name), depth);
            if (_files.Count > MaxFiles)
                throw new FolderException(_root, $"more than {MaxFiles} files", "Check that this is the right folder.");
        }
    }

    private void Visit(FileSystemInfo entry, string name, bool hidden, int depth)
    {
        if (hidden)
            VisitHidden(entry, name, depth);
        else if (RelativeName.Fault(name) is { } fault)
            Report(SignatureFault.UnsafeName, name, fault);
        else if (entry.LinkTarget is not null)
            VisitLink(entry, name);
        else if (entry is DirectoryInfo folder)
            Walk(folder, name + "/", hidden: false, depth + 1);
        else if (IsPlainFile(entry.FullName))
            _files.Add(name, entry.FullName);
        else
            Report(SignatureFault.UnsafeEntry, name, "neither a plain file nor a folder");
    }

    private void VisitHidden(FileSystemInfo entry, string name, int depth)
    {
        if (entry.LinkTarget is not null && Directory.Exists(entry.FullName))
            Report(SignatureFault.HiddenFile, name, "an ignored link to a folder: what it holds is not signed");
        else if (entry is DirectoryInfo folder && entry.LinkTarget is null)
            Walk(folder, name + "/", hidden: true, depth + 1);
        else if (IgnorePaths.IsLoadBearing(name))
            Report(SignatureFault.HiddenFile, name, "loaders read this file, but the signature ignores it");
    }

    private void VisitLink(FileSystemInfo entry, string name)
    {
        if (!_allowLinks)
            Report(SignatureFault.UnsafeEntry, name, $"a symbolic link to '{entry.LinkTarget}'");
        else if (Target(entry) is { } target && IsPlainFile(target.FullName) && LiesInside(target.FullName))
            _files.Add(name, target.FullName);
        else
            Report(SignatureFault.UnsafeEntry, name, $"a link to '{entry.LinkTarget}', which is not a plain file inside the folder");
    }

    private static FileInfo? Target(FileSystemInfo entry)
    {
        try
        {
            return entry.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } file ? file : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Inside by its text and by every folder on the way, none of which may be a link.</summary>
    private bool LiesInside(string path)
    {
        var full = Path.GetFullPath(path);
        if (!full.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return false;
        for (var folder = Path.GetDirectoryName(full)!; folder != _root; folder = Path.GetDirectoryName(folder)!)
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
                return false;
        }
        return true;
    }

    private void Report(SignatureFault fault, string name, string message) => _findings.Add(new VerificationFinding(fault, name, message));

    internal static bool IsPlainFile(string path) =>
        !OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS() || PosixFile.IsRegular(path);
}
