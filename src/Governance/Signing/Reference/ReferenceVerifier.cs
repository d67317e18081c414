using Loragate.Artifacts;
using Loragate.Artifacts.Folders;

namespace Loragate.Governance.Signing.Reference;

/// <summary>
/// Says of a signed folder what the reference implementation of OpenSSF Model Signing, model-signing 1.1.1, says: so that whoever meets a finding of ours knows
/// whether other verifiers see it as well. It decides nothing, and nothing that is read here is used.
/// </summary>
public static class ReferenceVerifier
{
    private const int MostFiles = 100_000;

    private static readonly (ReferenceOptions Option, string Text)[] Options = [(ReferenceOptions.AllowSymlinks, "--allow_symlinks"), (ReferenceOptions.IgnoreUnsignedFiles, "--ignore_unsigned_files")];

    /// <summary>Its verdict without options and, where that is a refusal, the options with which it would accept.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    /// <param name="trust">A key or root certificates: it knows nothing else.</param>
    /// <param name="bundlePath">Where the bundle lies.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <exception cref="FolderException">There is no such folder, or it holds too many files.</exception>
    public static ReferenceVerdict Judge(string folder, ReadOnlyMemory<byte> bundle, SignerTrust trust, string? bundlePath, CancellationToken cancellationToken)
    {
        var verdict = Verify(folder, bundle, trust, bundlePath, ReferenceOptions.None, cancellationToken);
        if (verdict.Accepts)
            return verdict;
        var helpful = Options.Where(one => Verify(folder, bundle, trust, bundlePath, one.Option, cancellationToken).Accepts).Select(one => one.Text).ToList();
        return verdict with { AcceptsWith = helpful.Count > 0 ? helpful : null };
    }

    /// <summary>Its verdict.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    /// <param name="trust">A key or root certificates: it knows nothing else.</param>
    /// <param name="bundlePath">Where the bundle lies.</param>
    /// <param name="options">What it is told.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <exception cref="FolderException">There is no such folder, or it holds too many files.</exception>
    public static ReferenceVerdict Verify(string folder, ReadOnlyMemory<byte> bundle, SignerTrust trust, string? bundlePath = null, ReferenceOptions options = ReferenceOptions.None, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trust);
        if (!Directory.Exists(folder))
            throw new FolderException(folder, "no such folder", "Check the path.");
        try
        {
            var signed = ReferenceManifest.Of(ReferenceBundle.Open(bundle, trust));
            return Compare(signed.Files, Actual(Path.GetFullPath(folder), signed, bundlePath, options, cancellationToken)) is { } difference
                ? new ReferenceVerdict(false, difference)
                : new ReferenceVerdict(true);
        }
        catch (ReferenceRefusal e)
        {
            return new ReferenceVerdict(false, Printable.Of(e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ReferenceVerdict(false, Printable.Of(e.Message));
        }
    }

    private static string? Compare(IReadOnlyDictionary<string, string> signed, Dictionary<string, string> actual) =>
        actual.Keys.FirstOrDefault(name => !signed.ContainsKey(name)) is { } extra ? $"'{Printable.Of(extra)}' is not signed"
        : signed.Keys.FirstOrDefault(name => !actual.ContainsKey(name)) is { } missing ? $"'{Printable.Of(missing)}' is missing"
        : signed.FirstOrDefault(file => actual[file.Key] != file.Value).Key is { } changed ? $"'{Printable.Of(changed)}' was changed"
        : null;

    private static Dictionary<string, string> Actual(string root, ReferenceManifest signed, string? bundlePath, ReferenceOptions options, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = options.HasFlag(ReferenceOptions.IgnoreUnsignedFiles) ? signed.Files.Keys : Names(root, "", signed.Ignored, bundlePath is null ? null : Path.GetFullPath(bundlePath), options);
        foreach (var name in names)
        {
            var path = Path.Combine(root, name);
            Check(path, name, options);
            if (File.Exists(path))
                files[name] = $"sha256:{Digest.OfFile(path, cancellationToken)}";
            if (files.Count > MostFiles)
                throw new FolderException(root, $"more than {MostFiles} files", "Check that this is the right folder.");
        }
        return files;
    }

    /// <summary>Every entry below, by its name; links to folders are not followed.</summary>
    private static IEnumerable<string> Names(string folder, string prefix, IReadOnlyList<string> ignored, string? bundle, ReferenceOptions options)
    {
        if (ignored.Contains("."))
            yield break;
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            var name = prefix + entry.Name;
            if (IgnorePaths.IsVersionControl(name) || entry.FullName == bundle || ignored.Any(path => RelativeName.IsWithin(name, path)))
                continue;
            yield return name;
            if (entry is DirectoryInfo && entry.LinkTarget is null)
            {
                foreach (var below in Names(entry.FullName, name + "/", ignored, bundle, options))
                    yield return below;
            }
        }
    }

    private static void Check(string path, string name, ReferenceOptions options)
    {
        if (new FileInfo(path).LinkTarget is not null && !options.HasFlag(ReferenceOptions.AllowSymlinks))
            throw new ReferenceRefusal($"'{name}' is a symbolic link");
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (!Directory.Exists(target) && !(File.Exists(target) && FolderScan.IsPlainFile(target)))
            throw new ReferenceRefusal($"'{name}' is neither a file nor a folder");
    }
}
