using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>
/// The gate's signature over a whole release: an in-toto statement whose subjects are all of its files but itself, the ledger's proof
/// included. With nothing but the gate's key it shows that no file was changed, added or lost.
/// </summary>
public static class ReleaseSeal
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "urn:loragate:release:v1";

    /// <summary>Signs a release as it lies there; an earlier seal that says the same is kept.</summary>
    /// <param name="folder">The release.</param>
    /// <param name="decision">The digest of the decision that approved it.</param>
    /// <param name="signer">The gate.</param>
    /// <param name="earlier">The bytes of an earlier seal, or null.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <exception cref="FolderException">The folder holds what a release cannot hold.</exception>
    public static void Sign(string folder, Digest decision, Signer signer, byte[]? earlier, CancellationToken cancellationToken = default)
    {
        var files = FolderManifest.Read(folder, cancellationToken).Files.Where(file => file.Path != ReleaseLayout.Seal).ToList();
        if (files.Find(file => !ReleaseLayout.Knows(file.Path)) is { } stranger)
            throw new FolderException(Path.Combine(folder, stranger.Path), "no file of a release", "Remove it and run the gate again.");
        var predicate = JsonSerializer.SerializeToElement(new JsonObject { ["decision"] = new JsonObject { ["sha256"] = decision.Hex } });
        AtomicFile.Write(Path.Combine(folder, ReleaseLayout.Seal), Attestation.SignOrKeep(new Statement(Attestation.SubjectsOf(files), PredicateType, predicate), signer, earlier));
    }

    /// <summary>Everything that does not hold, each with its file; empty where all does.</summary>
    /// <param name="folder">The release.</param>
    /// <param name="files">All of its files, as they lie there.</param>
    /// <param name="trust">Who is trusted to have sealed it.</param>
    internal static IReadOnlyList<VerificationFinding> Verify(string folder, IReadOnlyList<FileEntry> files, SignerTrust trust)
    {
        List<VerificationFinding> findings = [.. files.Where(file => !ReleaseLayout.Knows(file.Path)).Select(Stranger), .. SealedFiles.EmptyFolders(folder)];
        var path = Path.Combine(folder, ReleaseLayout.Seal);
        if (!File.Exists(path))
            return [.. findings, new VerificationFinding(SignatureFault.MissingFile, ReleaseLayout.Seal, "the release is not sealed by the gate")];
        var seal = PlainFile.Read(path, SigstoreBundle.MaxBytes);
        var result = Attestation.Verify(seal, trust, PredicateType, ReleaseLayout.Seal);
        return result is { IsValid: true, Statement: { } statement }
            ? [.. findings, .. SealedFiles.CheckForm(seal, ReleaseLayout.Seal), .. SealedFiles.Compare(statement.Subjects, [.. files.Where(file => file.Path != ReleaseLayout.Seal)], ReleaseLayout.Seal).Where(f => !findings.Contains(f))]
            : [.. findings, .. result.Findings];
    }

    private static VerificationFinding Stranger(FileEntry file) => new(SignatureFault.ExtraFile, file.Path, "no release holds a file of this name");
}
