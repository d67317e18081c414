using Loragate.Artifacts;
using Loragate.Artifacts.Folders;

namespace Loragate.Governance.Signing;

/// <summary>Holds the files of a folder against the subjects of a seal: a closed world, in which nothing may be missing, changed or added.</summary>
internal static class SealedFiles
{
    /// <summary>A finding for each folder that holds nothing: no seal names folders, and nobody makes one for nothing.</summary>
    public static IEnumerable<VerificationFinding> EmptyFolders(string folder) =>
        FolderManifest.ListEmptyFolders(folder).Select(path => new VerificationFinding(SignatureFault.ExtraFile, path, "an empty folder that nobody sealed"));

    /// <summary>A finding where a seal has another form than the one in which a gate writes it: of a file that no other signature covers, no byte may be free.</summary>
    /// <param name="seal">The seal's bytes, a strict bundle.</param>
    /// <param name="place">The seal's file.</param>
    public static IEnumerable<VerificationFinding> CheckForm(ReadOnlyMemory<byte> seal, string place)
    {
        if (!SigstoreBundle.Parse(seal, place).IsWrittenAs(seal.Span))
            yield return new VerificationFinding(SignatureFault.MalformedBundle, place, "not in the one form (RFC 8785) in which a gate writes it: it was changed");
    }

    /// <summary>Every difference, each with its file.</summary>
    /// <param name="subjects">The sealed files, the ones that may be absent already left out.</param>
    /// <param name="files">The files that lie there.</param>
    /// <param name="seal">The seal's file, for messages.</param>
    public static IEnumerable<VerificationFinding> Compare(IEnumerable<Subject> subjects, IReadOnlyList<FileEntry> files, string seal)
    {
        var expected = new Dictionary<string, Digest>(StringComparer.Ordinal);
        foreach (var subject in subjects)
        {
            if (!expected.TryAdd(subject.Name, subject.Sha256))
                yield return new VerificationFinding(SignatureFault.DuplicateName, seal, $"'{subject.Name}' is sealed twice");
        }
        foreach (var file in files)
        {
            if (!expected.Remove(file.Path, out var digest))
                yield return new VerificationFinding(SignatureFault.ExtraFile, file.Path, "this file is not sealed");
            else if (digest != file.Sha256)
                yield return new VerificationFinding(SignatureFault.ChangedFile, file.Path, $"SHA-256 is {file.Sha256}, sealed was {digest}");
        }
        foreach (var missing in expected.Keys)
            yield return new VerificationFinding(SignatureFault.MissingFile, missing, "this sealed file is missing");
    }
}
