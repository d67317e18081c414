namespace Loragate.Governance.Publication.Oci;

/// <summary>Where images are kept: a folder in the form of an image layout, or a repository of a registry.</summary>
public abstract class ImageStore
{
    private protected ImageStore()
    {
    }

    /// <summary>Stores a blob unless it is there.</summary>
    /// <param name="blob">What it is.</param>
    /// <param name="open">Opens its bytes from the start; may be called again where a connection broke.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <returns>Whether it had to be stored.</returns>
    /// <exception cref="OciException">The store refuses.</exception>
    public abstract Task<bool> PutBlobAsync(Descriptor blob, Func<Stream> open, CancellationToken cancellationToken);

    /// <summary>Stores a manifest, under a tag where one is given, and lists it among what refers to its subject.</summary>
    /// <exception cref="OciException">The store refuses.</exception>
    public abstract Task<Descriptor> PutManifestAsync(ImageManifest manifest, string? tag, CancellationToken cancellationToken);

    /// <summary>Reads a manifest; its bytes have the digest of the descriptor that comes back.</summary>
    /// <param name="target">A tag, or "sha256:…".</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <exception cref="OciException">There is none, or it is malformed.</exception>
    public abstract Task<(Descriptor Descriptor, ImageManifest Manifest)> GetManifestAsync(string target, CancellationToken cancellationToken);

    /// <summary>Reads a blob into a new file; its bytes have the size and digest of the descriptor.</summary>
    /// <exception cref="OciException">There is none, or the store gives other bytes.</exception>
    public abstract Task GetBlobAsync(Descriptor blob, string path, CancellationToken cancellationToken);

    /// <summary>What refers to a manifest.</summary>
    public abstract Task<IReadOnlyList<Descriptor>> GetReferrersAsync(Descriptor subject, CancellationToken cancellationToken);
}
