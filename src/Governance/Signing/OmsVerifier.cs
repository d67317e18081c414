using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>Verifies a folder against a model signature, strictly (OMS v1.0 §8). Format: docs/formats/signatures.v1.md.</summary>
public static class OmsVerifier
{
    /// <summary>
    /// Checks the bundle from the outside in (schema, key, signature, statement, manifest), then every file of the folder. All
    /// that is untrusted, the bundle and what the folder holds, is answered by a finding, however malformed.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    /// <param name="key">The only key that is trusted.</param>
    /// <param name="bundlePath">Where the bundle lies: inside the folder it is not part of the model.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <returns>Every fault of the folder, or the first fault of the bundle.</returns>
    /// <exception cref="FolderException">There is no such folder.</exception>
    public static VerificationResult Verify(
        string folder, ReadOnlyMemory<byte> bundle, VerificationKey key, string? bundlePath = null, CancellationToken cancellationToken = default) =>
        Verify(folder, bundle, new KeyTrust(key), bundlePath, cancellationToken);

    /// <summary>The same for any signer that is trusted.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    /// <param name="trust">Who is trusted.</param>
    /// <param name="bundlePath">Where the bundle lies: inside the folder it is not part of the model.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <exception cref="FolderException">There is no such folder.</exception>
    public static VerificationResult Verify(
        string folder, ReadOnlyMemory<byte> bundle, SignerTrust trust, string? bundlePath = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trust);
        var place = bundlePath ?? "bundle";
        try
        {
            var statement = SignedStatement.Open(bundle, trust, place);
            return Compare(folder, statement, ModelManifest.From(statement, place), bundlePath, cancellationToken);
        }
        catch (SignatureException e)
        {
            return VerificationResult.Refused(e);
        }
    }

    private static VerificationResult Compare(
        string folder, Statement statement, ModelManifest manifest, string? bundlePath, CancellationToken cancellationToken)
    {
        var scan = FolderScan.Of(folder, new IgnorePaths(manifest.IgnoredPaths), manifest.AllowSymlinks, bundlePath);
        var signed = manifest.Resources.ToDictionary(resource => resource.Name, StringComparer.Ordinal);
        IEnumerable<VerificationFinding> findings =
        [
            .. scan.Findings,
            .. manifest.Resources.Select(resource => CheckFile(resource, scan, cancellationToken)).OfType<VerificationFinding>(),
            .. scan.Files.Keys.Where(name => !signed.ContainsKey(name)).Select(name => new VerificationFinding(SignatureFault.ExtraFile, name, "this file is not signed")),
        ];
        return new VerificationResult(statement, [.. findings], [.. Warnings(manifest)]);
    }

    private static VerificationFinding? CheckFile(ModelResource resource, FolderScan scan, CancellationToken cancellationToken) =>
        !scan.Files.TryGetValue(resource.Name, out var path) ? new VerificationFinding(SignatureFault.MissingFile, resource.Name, "this signed file is missing")
        : Digest.OfFile(path, cancellationToken) is var found && found == resource.Sha256 ? null
        : new VerificationFinding(SignatureFault.ChangedFile, resource.Name, $"SHA-256 is {found}, signed was {resource.Sha256}");

    private static IEnumerable<string> Warnings(ModelManifest manifest)
    {
        if (!manifest.IsSorted)
            yield return "The resources do not stand in code-point order: another signer would compute another root digest.";
        foreach (var twins in manifest.Resources.GroupBy(resource => resource.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            yield return $"Names that differ only by case: {string.Join(", ", twins.Select(resource => resource.Name))}.";
    }
}
