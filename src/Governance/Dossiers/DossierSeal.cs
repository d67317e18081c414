using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Safetensors;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Dossiers;

/// <summary>
/// The last signature of a gate: names every file of the finished dossier, so that a changed, added or deleted one is noticed.
/// Of the merged weights only the headers are sealed; their tensors are proved by the merge receipt. The merged folder may be removed whole.
/// </summary>
public static class DossierSeal
{
    /// <summary>The seal's file.</summary>
    public const string FileName = "seal.sigstore.json";

    /// <summary>The merged checkpoint's folder.</summary>
    public const string MergedFolder = "merged";

    private const string HeaderMark = "#header";
    private const string WeightsSuffix = ".safetensors";

    /// <summary>The predicate type.</summary>
    public const string PredicateType = "urn:loragate:dossier:v1";

    /// <summary>Signs the dossier as it lies there.</summary>
    public static void Sign(string folder, Signer signer, CancellationToken cancellationToken = default)
    {
        var predicate = JsonSerializer.SerializeToElement(new JsonObject { ["leftOut"] = new JsonArray($"tensors of {MergedFolder}") });
        AtomicFile.Write(Path.Combine(folder, FileName), Attestation.Sign(new Statement(Attestation.SubjectsOf(Files(folder, cancellationToken)), PredicateType, predicate), signer));
    }

    /// <summary>What does not hold, and what was added after the seal and may be.</summary>
    public static DossierVerification Verify(string folder, SignerTrust trust, CancellationToken cancellationToken = default)
    {
        var seal = Path.Combine(folder, FileName);
        if (!Path.Exists(seal))
            return DossierVerification.Refused(new VerificationFinding(SignatureFault.MissingFile, FileName, "the dossier is not sealed: the gate did not end, or ran without a key"));
        try
        {
            // Before anything is opened: a pipe in the place of a file would be waited for.
            _ = FolderManifest.List(folder);
            var bytes = PlainFile.Read(seal, SigstoreBundle.MaxBytes);
            var result = Attestation.Verify(bytes, trust, PredicateType, FileName);
            if (result.Statement is not { } statement || !result.IsValid)
                return DossierVerification.Refused(result.Findings);
            if (SealedFiles.CheckForm(bytes, FileName).ToArray() is { Length: > 0 } faults)
                return DossierVerification.Refused(faults);
            return Compare(folder, statement, cancellationToken);
        }
        catch (FolderException e)
        {
            return DossierVerification.Refused(new VerificationFinding(SignatureFault.UnsafeEntry, Path.GetRelativePath(folder, e.Place), e.Fault));
        }
    }

    private static DossierVerification Compare(string folder, Statement statement, CancellationToken cancellationToken)
    {
        var hasMerged = Directory.Exists(Path.Combine(folder, MergedFolder));
        var found = Files(folder, cancellationToken).ToList();
        var subjects = statement.Subjects.Where(s => hasMerged || !IsMerged(s.Name)).ToList();
        var pending = found.Select(f => f.Path).Where(EndorsementFiles.IsOne).Except(subjects.Select(s => s.Name), StringComparer.Ordinal).ToList();
        List<VerificationFinding> findings = [.. SealedFiles.Compare(subjects, [.. found.Where(f => !pending.Contains(f.Path))], FileName), .. SealedFiles.EmptyFolders(folder)];
        if (new FileInfo(Path.Combine(folder, DossierLock.FileName)) is { Exists: true, Length: > 0 })
            findings.Add(new VerificationFinding(SignatureFault.ChangedFile, DossierLock.FileName, "not empty: a dossier's lock holds nothing"));
        if (findings.All(f => f.Place != Dossier.DecisionFile))
            findings.AddRange(CheckDecision(folder, found.ToDictionary(f => f.Path, f => f.Sha256, StringComparer.Ordinal)));
        return new DossierVerification(findings, pending);
    }

    /// <summary>The records that the decision cites are the ones that lie there.</summary>
    private static IEnumerable<VerificationFinding> CheckDecision(string folder, Dictionary<string, Digest> found)
    {
        var path = Path.Combine(folder, Dossier.DecisionFile);
        if (!File.Exists(path))
            yield break;
        foreach (var link in Record.ReadFile<Decision>(path).Evidence.Where(link => !found.TryGetValue(link.Path, out var digest) || digest != link.Digest))
            yield return new VerificationFinding(SignatureFault.ChangedFile, link.Path, $"the decision rests on SHA-256 {link.Digest}, which does not lie here");
    }

    private static IEnumerable<FileEntry> Files(string folder, CancellationToken cancellationToken) =>
        FolderManifest.List(folder)
            .Where(path => path != FileName && path != DossierLock.FileName)
            .Select(path => IsWeights(path) ? Header(folder, path) : new FileEntry(path, new FileInfo(Path.Combine(folder, path)).Length, Digest.OfFile(Path.Combine(folder, path), cancellationToken)));

    private static bool IsMerged(string path) => path.StartsWith(MergedFolder + "/", StringComparison.Ordinal);

    /// <summary>A weight file of the merged checkpoint itself, not of what the merge keeps beside it in sub-folders.</summary>
    private static bool IsWeights(string path) =>
        IsMerged(path) && path.EndsWith(WeightsSuffix, StringComparison.Ordinal) && path.IndexOf('/', MergedFolder.Length + 1) < 0;

    /// <summary>The header of a weight file; what is no longer a weight file has the digest of nothing, which no header has.</summary>
    private static FileEntry Header(string folder, string path)
    {
        try
        {
            using var file = SafetensorsFile.Open(Path.Combine(folder, path));
            var header = file.ReadRawHeader();
            return new FileEntry(path + HeaderMark, header.Length, Digest.Of(header));
        }
        catch (SafetensorsException)
        {
            return new FileEntry(path + HeaderMark, 0, Digest.Of([]));
        }
    }
}
