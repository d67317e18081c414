using System.Text.RegularExpressions;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;

namespace Loragate.Governance.Dossiers;

/// <summary>
/// What people sign, in a dossier: files that may be added to a sealed dossier and count for nothing until the gate runs again. Names
/// carry the digests of signer and statement, so that nobody's word takes another's place.
/// </summary>
public static partial class EndorsementFiles
{
    /// <summary>The folder of approvals.</summary>
    public const string Approvals = "approvals";

    /// <summary>The folder of waivers.</summary>
    public const string Waivers = "waivers";

    /// <summary>The most files that are read of a kind.</summary>
    public const int MaxFiles = 100;

    /// <summary>The longest file that is read.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>The file of an approval.</summary>
    /// <param name="key">The hint of the signer's key.</param>
    /// <param name="role">The role.</param>
    /// <param name="statement">SHA-256 of the signed payload.</param>
    public static string ApprovalFile(Digest key, string role, Digest statement) => $"{Approvals}/{key.Abbreviated}-{role}-{statement.Abbreviated}.sigstore.json";

    /// <summary>The file of a signature under a waiver.</summary>
    /// <param name="statement">SHA-256 of the signed payload: the waiver's id.</param>
    /// <param name="key">The hint of the signer's key.</param>
    public static string WaiverFile(Digest statement, Digest key) => $"{Waivers}/{statement.Abbreviated}-{key.Abbreviated}.sigstore.json";

    /// <summary>Whether a file of a dossier, by its name, may be added after the seal.</summary>
    public static bool IsOne(string path) => ApprovalName().IsMatch(path) || WaiverName().IsMatch(path);

    /// <summary>All files of a kind by name, in ordinal order, with their bytes.</summary>
    /// <param name="dossier">The dossier.</param>
    /// <param name="kind">The folder.</param>
    /// <exception cref="DossierException">A file of another name, too many, or too long a one.</exception>
    /// <exception cref="FolderException">A link or a special file.</exception>
    public static IReadOnlyList<(string File, byte[] Bytes)> Read(string dossier, string kind)
    {
        var folder = Path.Combine(dossier, kind);
        if (!Directory.Exists(folder))
            return [];
        List<string> files = [.. FolderManifest.List(folder).Select(file => $"{kind}/{file}")];
        if (files.Find(file => !IsOne(file)) is { } stranger)
            throw new DossierException(Path.Combine(dossier, stranger), $"not a name that stands in {kind}", "Put back the name under which it was signed, or take it away.");
        if (files.Count > MaxFiles)
            throw new DossierException(folder, $"{files.Count} files where at most {MaxFiles} are read", "Take away those that are about earlier judgements.");
        return [.. files.Select(file => (file, ReadOne(Path.Combine(dossier, file))))];
    }

    private static byte[] ReadOne(string path) => new FileInfo(path).Length is var length && length <= MaxBytes
        ? File.ReadAllBytes(path)
        : throw new DossierException(path, $"{length} bytes where at most {MaxBytes} are read", "It is no signature of this program: take it away.");

    [GeneratedRegex(@"^approvals/[0-9a-f]{12}-[a-z0-9-]+-[0-9a-f]{12}\.sigstore\.json\z")]
    private static partial Regex ApprovalName();

    [GeneratedRegex(@"^waivers/[0-9a-f]{12}-[0-9a-f]{12}\.sigstore\.json\z")]
    private static partial Regex WaiverName();
}
