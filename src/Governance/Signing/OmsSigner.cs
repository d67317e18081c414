using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>
/// Signs a folder by OpenSSF Model Signing v1.0 with a key or a certificate: method "files", sha256, resources in code-point order. The bundle
/// goes beside the folder: inside it would be an unsigned file to every verifier. Format: docs/formats/signatures.v1.md.
/// </summary>
public static class OmsSigner
{
    /// <summary>Hashes a folder and signs the manifest with a bare key.</summary>
    /// <returns>The bundle; for the same folder it differs only by the ECDSA signature.</returns>
    /// <exception cref="FolderException">See <see cref="Manifest"/>.</exception>
    public static byte[] Sign(string folder, SigningKey key, CancellationToken cancellationToken = default) =>
        Sign(folder, new Signer(key), cancellationToken);

    /// <summary>Hashes a folder and signs the manifest.</summary>
    /// <returns>The bundle; for the same folder and signer it differs only by the ECDSA signature.</returns>
    /// <exception cref="FolderException">See <see cref="Manifest"/>.</exception>
    public static byte[] Sign(string folder, Signer signer, CancellationToken cancellationToken = default) => Sign(Manifest(folder, cancellationToken), signer);

    /// <summary>Signs a manifest.</summary>
    /// <returns>The bundle; for the same manifest and signer it differs only by the ECDSA signature.</returns>
    public static byte[] Sign(ModelManifest manifest, Signer signer)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(signer);
        return SignedStatement.Sign(manifest.ToStatement().ToBytes(), signer);
    }

    /// <summary>What would be signed.</summary>
    /// <exception cref="FolderException">No such folder, an empty one, links or special files, or names that readers could understand differently.</exception>
    public static ModelManifest Manifest(string folder, CancellationToken cancellationToken = default)
    {
        var scan = FolderScan.Of(folder, new IgnorePaths([]), allowLinks: false, bundlePath: null);
        if (scan.Findings is [var first, ..])
            throw new FolderException(Path.Combine(folder, first.Place), first.Message, "Only plain files with plain names are signed: replace or remove it.");
        if (scan.Files.Count == 0)
            throw new FolderException(folder, "no file to sign", "Check that this is the right folder.");
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return new ModelManifest(
            name.Length > 0 ? name : "model",
            [.. scan.Files.Select(file => new ModelResource(file.Key, Digest.OfFile(file.Value, cancellationToken)))],
            IgnorePaths.VersionControl,
            AllowSymlinks: false);
    }
}
