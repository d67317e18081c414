using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;

namespace Loragate.Governance.Publication.Oci;

/// <summary>The publisher's signed statement beside an image: an artifact that refers to it, as its signatures are.</summary>
/// <param name="store">Where the image is.</param>
/// <param name="image">The image.</param>
/// <param name="files">Every file of the release.</param>
public sealed class PublicationBundle(ImageStore store, Descriptor image, IReadOnlyList<FileEntry> files)
{
    private const string FileName = "publication.sigstore.json";
    private const int MaxBytes = 16 << 20;
    private const int MostReferrers = 1000;

    /// <summary>Signs and stores the statement; what this publisher has signed before in the same words is kept.</summary>
    /// <param name="place">Where the image is published; null for an image layout.</param>
    /// <param name="adapter">The adapter's name.</param>
    /// <param name="publisher">Who publishes.</param>
    /// <param name="scratch">A folder for its user alone.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <exception cref="OciException">The store refuses.</exception>
    public async Task PutAsync(ImageReference? place, string adapter, Signer publisher, string scratch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        var statement = PublicationStatement.Of(image.Digest, place, adapter, files);
        await foreach (var earlier in ReadAsync(scratch, cancellationToken))
        {
            if (Attestation.Verify(earlier, publisher.Own, PublicationStatement.PredicateType, FileName).Statement is { } said && said.ToBytes().AsSpan().SequenceEqual(statement.ToBytes()))
                return;
        }
        var bundle = Attestation.Sign(statement, publisher);
        var blob = Descriptor.Of(MediaTypes.SigstoreBundle, bundle) with { Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { [MediaTypes.FilePath] = FileName } };
        await store.PutBlobAsync(blob, () => new MemoryStream(bundle, writable: false), cancellationToken);
        await store.PutManifestAsync(new ImageManifest(MediaTypes.SigstoreBundle, Descriptor.Of(MediaTypes.Empty, "{}"u8), [blob], new Descriptor(image.MediaType, image.Digest, image.Size)), null, cancellationToken);
    }

    /// <summary>Why no statement of a trusted publisher is there; empty where one is.</summary>
    /// <param name="trust">Who is trusted to publish.</param>
    /// <param name="scratch">A folder for its user alone.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <exception cref="OciException">The store refuses, or gives other bytes than it names.</exception>
    public async Task<IReadOnlyList<VerificationFinding>> VerifyAsync(SignerTrust trust, string scratch, CancellationToken cancellationToken)
    {
        List<VerificationFinding> findings = [];
        await foreach (var bundle in ReadAsync(scratch, cancellationToken))
        {
            var result = Attestation.Verify(bundle, trust, PublicationStatement.PredicateType, FileName);
            if (!result.IsValid)
                findings.AddRange(result.Findings);
            else if (PublicationStatement.Fault(result.Statement!, image.Digest, files) is { } fault)
                findings.Add(new VerificationFinding(SignatureFault.OtherSubject, FileName, fault));
            else
                return [];
        }
        return findings.Count > 0 ? findings : [new VerificationFinding(SignatureFault.MissingFile, FileName, "nobody states to have published this image")];
    }

    /// <summary>Every statement beside the image. Anybody may push something that refers to it: what is malformed or lost says nothing, and stops nobody's word from being heard.</summary>
    private async IAsyncEnumerable<byte[]> ReadAsync(string scratch, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = Path.Combine(scratch, FileName);
        foreach (var referrer in (await store.GetReferrersAsync(image, cancellationToken)).Where(one => one.ArtifactType == MediaTypes.SigstoreBundle).Take(MostReferrers))
        {
            if (await TryReadAsync(referrer, path, cancellationToken) is { } bytes)
                yield return bytes;
        }
    }

    private async Task<byte[]?> TryReadAsync(Descriptor referrer, string path, CancellationToken cancellationToken)
    {
        try
        {
            var (_, manifest) = await store.GetManifestAsync(referrer.Name, cancellationToken);
            if (manifest.Layers is not [{ Size: <= MaxBytes } blob] || blob.Annotation(MediaTypes.FilePath) != FileName)
                return null;
            await store.GetBlobAsync(blob, path, cancellationToken);
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            File.Delete(path);
            return bytes;
        }
        catch (Exception e) when (e is OciException or IntegrityException)
        {
            return null;
        }
    }
}
