using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;

namespace Loragate.Governance.Publication;

/// <summary>The files of a release (docs/formats/release.v1.md). A release holds these and no others.</summary>
public static class ReleaseLayout
{
    /// <summary>Exactly the adapter's files; this folder is what is signed.</summary>
    public const string Adapter = "adapter";

    /// <summary>The model signature over <see cref="Adapter"/>.</summary>
    public const string ModelSignature = "model.sig";

    /// <summary>The folder of the gate's statements.</summary>
    public const string Attestations = "attestations/";

    /// <summary>The verdict, as an attestation.</summary>
    public const string Verdict = "attestations/verdict.sigstore.json";

    /// <summary>How the merged model was made.</summary>
    public const string Merge = Attestations + DossierProofs.MergeFile;

    /// <summary>How the tests ended.</summary>
    public const string Evaluation = Attestations + DossierProofs.EvaluationFile;

    /// <summary>The gate's signature over every other file.</summary>
    public const string Seal = "attestations/release.sigstore.json";

    /// <summary>The audit report.</summary>
    public const string Report = "report.pdf";

    /// <summary>The bill of materials, CycloneDX 1.6.</summary>
    public const string Bom = DossierProofs.BillOfMaterials;

    /// <summary>Proof that the release is logged; it carries the logged entry.</summary>
    public const string Proof = "release.tlog-proof";

    /// <summary>The type of the release's entry in the ledger.</summary>
    public const string EntryType = "release";

    /// <summary>The name of the entry's subject whose digest is <see cref="ManifestDigest"/>.</summary>
    public const string EntrySubject = "release";

    private static readonly string[] Names = [ModelSignature, Verdict, Merge, Evaluation, Seal, Report, Bom, Proof];

    /// <summary>Whether a release may hold a file of this name.</summary>
    /// <param name="path">Relative, with '/' between folders.</param>
    public static bool Knows(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Names.Contains(path) || path.StartsWith(Adapter + "/", StringComparison.Ordinal) || IsEndorsement(path);
    }

    /// <summary>The place of a counted endorsement: <c>approvals/X</c> of the dossier is <c>attestations/approval-X</c> of the release.</summary>
    /// <param name="file">Its file in the dossier.</param>
    public static string PlaceOf(string file) =>
        EndorsementFiles.IsOne(file) ? $"{Attestations}{file.Split('/')[0][..^1]}-{file.Split('/')[1]}" : throw new ArgumentException($"'{file}' is no endorsement of a dossier.", nameof(file));

    /// <summary>Whether a file of a release is an endorsement, at the <see cref="PlaceOf"/> one of a dossier's.</summary>
    /// <param name="path">Relative, with '/' between folders.</param>
    internal static bool IsEndorsement(string path) => new[] { EndorsementFiles.Approvals, EndorsementFiles.Waivers }
        .Where(kind => path.StartsWith($"{Attestations}{kind[..^1]}-", StringComparison.Ordinal))
        .Select(kind => $"{kind}/{path[(Attestations.Length + kind.Length)..]}")
        .Any(EndorsementFiles.IsOne);

    /// <summary>How many approvals and waivers lie in a release.</summary>
    public static int CountEndorsements(string release) => FolderManifest.List(release).Count(IsEndorsement);

    /// <summary>
    /// What the ledger holds of a release: SHA-256 over the canonical JSON of path, size and SHA-256 of every file but the proof and
    /// the seal, which are made after the entry. It binds names, sizes and contents, and is as short for many files as for few.
    /// </summary>
    /// <param name="files">All files of the release, ordered by path.</param>
    public static Digest ManifestDigest(IEnumerable<FileEntry> files) =>
        Digest.Of(RecordJson.Canonical(files.Where(file => file.Path is not (Proof or Seal)).ToList()));

    /// <summary>The digest of the adapter in a release's entry, its first subject.</summary>
    public static Digest AdapterIn(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Subjects[0].Sha256;
    }

    /// <summary>
    /// The manifest digest in a release's entry; null where it names none. It is the last subject of its name: the adapter, which stands before it,
    /// may be called "release" as well.
    /// </summary>
    public static Digest? ManifestIn(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Subjects.LastOrDefault(subject => subject.Name == EntrySubject)?.Sha256;
    }
}
