using Loragate.Artifacts;
using Loragate.Artifacts.Folders;

namespace Loragate.Governance.Publication.Oci;

/// <summary>
/// A folder in the form of an OCI image layout (OCI image specification 1.1, image-layout.md): how a release travels without a network. The index is
/// replaced last and in one step, so a reader never sees half of an image; of several writers one at a time adds to it.
/// </summary>
public sealed class LayoutStore : ImageStore
{
    /// <summary>The file that marks a layout.</summary>
    public const string MarkFile = "oci-layout";

    private const string IndexFile = "index.json";
    private const string Blobs = "blobs";
    private const string LockFile = ".lock";
    private const string Version = "1.0.0";
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(2);
    private readonly string _folder;

    private LayoutStore(string folder) => _folder = folder;

    /// <summary>Whether a folder is a layout.</summary>
    public static bool IsLayout(string folder) => File.Exists(Path.Combine(folder, MarkFile));

    /// <summary>Opens a layout.</summary>
    /// <exception cref="OciException">It is none, or one of another version.</exception>
    public static LayoutStore Open(string folder)
    {
        var mark = Path.Combine(folder, MarkFile);
        if (!File.Exists(mark))
            throw new OciException(folder, "no image layout", $"A layout has a file '{MarkFile}': check the path.");
        var version = OciJson.Parse(File.ReadAllBytes(mark), mark).Text("imageLayoutVersion");
        return version == Version ? new LayoutStore(folder) : throw new OciException(mark, $"a layout of the version '{version}'", $"Version {Version} is read.");
    }

    /// <summary>Opens a layout, or makes one in a new or empty folder; what a killed process began to make is made to its end.</summary>
    /// <exception cref="OciException">The folder holds something else.</exception>
    /// <exception cref="TimeoutException">Another writer kept the folder too long.</exception>
    public static LayoutStore OpenOrCreate(string folder)
    {
        if (IsLayout(folder))
            return Open(folder);
        if (File.Exists(folder) || Directory.Exists(folder) && !IsBegun(folder))
        {
            // Another writer may have made it to its end since it was looked at.
            return IsLayout(folder) ? Open(folder) : throw new OciException(folder, "something else is there", "Name a new folder, or one that is an image layout.");
        }
        Directory.CreateDirectory(folder);
        using (Lock(folder, CancellationToken.None))
        {
            // Whoever had the lock until now may have made it.
            if (IsLayout(folder))
                return Open(folder);
            Directory.CreateDirectory(Path.Combine(folder, Blobs, "sha256"));
            AtomicFile.Write(Path.Combine(folder, IndexFile), new ImageIndex([]).ToBytes());
            AtomicFile.Write(Path.Combine(folder, MarkFile), System.Text.Encoding.ASCII.GetBytes($"{{\"imageLayoutVersion\":\"{Version}\"}}"));
        }
        return new LayoutStore(folder);
    }

    /// <inheritdoc/>
    public override async Task<bool> PutBlobAsync(Descriptor blob, Func<Stream> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentNullException.ThrowIfNull(open);
        var path = PathOf(blob.Digest);
        if (File.Exists(path) && Digest.OfFile(path, cancellationToken) == blob.Digest)
            return false;
        await using var source = open();
        await BlobFile.WriteAsync(source, blob, path, path, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public override Task<Descriptor> PutManifestAsync(ImageManifest manifest, string? tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var bytes = manifest.ToBytes();
        var descriptor = Descriptor.Of(MediaTypes.Manifest, bytes) with { ArtifactType = manifest.ArtifactType };
        AtomicFile.Write(PathOf(descriptor.Digest), bytes);
        using var held = Lock(_folder, cancellationToken);
        var listed = tag is null ? descriptor : descriptor with { Annotations = new Dictionary<string, string> { [MediaTypes.Tag] = tag } };
        var index = ReadIndex();
        // A tag names one image, and an image stands once without a tag only where no tag names it.
        var others = index.Manifests.Where(other => tag is null || other.Annotation(MediaTypes.Tag) != tag && !(other.Digest == descriptor.Digest && other.Annotation(MediaTypes.Tag) is null));
        if (tag is not null || index.Manifests.All(other => other.Digest != descriptor.Digest))
            AtomicFile.Write(Path.Combine(_folder, IndexFile), new ImageIndex([.. others]).With(listed).ToBytes());
        return Task.FromResult(descriptor);
    }

    /// <inheritdoc/>
    public override Task<(Descriptor Descriptor, ImageManifest Manifest)> GetManifestAsync(string target, CancellationToken cancellationToken)
    {
        var found = Find(target);
        var bytes = ReadManifest(found);
        return Task.FromResult((Descriptor.Of(MediaTypes.Manifest, bytes), ImageManifest.Parse(bytes, PathOf(found.Digest))));
    }

    /// <inheritdoc/>
    public override async Task GetBlobAsync(Descriptor blob, string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        var place = PathOf(blob.Digest);
        if (!File.Exists(place))
            throw new OciException(place, "the layout lacks this blob", "The layout is incomplete: copy or publish it again.");
        await using var source = File.OpenRead(place);
        if (source.Length < blob.Size)
            throw new IntegrityException(place, $"{source.Length} of the {blob.Size} bytes of {blob.Name}: the layout is damaged, or hostile");
        await BlobFile.WriteAsync(source, blob, path, place, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<Descriptor>> GetReferrersAsync(Descriptor subject, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Descriptor>>(
        [.. ReadIndex().Manifests.Where(manifest => manifest.MediaType == MediaTypes.Manifest && IsAbout(manifest, subject))]);

    private static FileStream Lock(string folder, CancellationToken cancellationToken) => WriterLock.Acquire(Path.Combine(folder, LockFile), "the image layout", LockTimeout, cancellationToken);

    /// <summary>Whether a folder holds nothing but what comes before the mark while a layout is made: no blob, and no image in the index.</summary>
    private static bool IsBegun(string folder)
    {
        var index = Path.Combine(folder, IndexFile);
        return Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).All(name => name is Blobs or IndexFile or LockFile || name!.EndsWith(AtomicFile.PartialSuffix, StringComparison.Ordinal))
            && (!Directory.Exists(Path.Combine(folder, Blobs)) || !Directory.EnumerateFiles(Path.Combine(folder, Blobs), "*", SearchOption.AllDirectories).Any())
            && (!File.Exists(index) || File.ReadAllBytes(index).AsSpan().SequenceEqual(new ImageIndex([]).ToBytes()));
    }

    /// <summary>Whether a manifest refers to another; one that cannot be read refers to nothing.</summary>
    private bool IsAbout(Descriptor manifest, Descriptor subject)
    {
        try
        {
            return ImageManifest.Parse(ReadManifest(manifest), PathOf(manifest.Digest)).Subject?.Digest == subject.Digest;
        }
        catch (Exception e) when (e is OciException or IntegrityException)
        {
            return false;
        }
    }

    /// <summary>The image of a tag or a digest.</summary>
    private Descriptor Find(string target)
    {
        var index = ReadIndex();
        var found = target.StartsWith("sha256:", StringComparison.Ordinal)
            ? index.Manifests.Where(manifest => manifest.Name == target).ToList()
            : [.. index.Manifests.Where(manifest => manifest.Annotation(MediaTypes.Tag) == target)];
        var tags = string.Join(", ", index.Manifests.Select(manifest => manifest.Annotation(MediaTypes.Tag)).OfType<string>());
        return found is [var only, ..] ? only : throw new OciException(_folder, $"no image '{target}' in this layout", tags.Length == 0 ? "It has no tags." : $"It has: {tags}.");
    }

    private byte[] ReadManifest(Descriptor descriptor)
    {
        var path = PathOf(descriptor.Digest);
        if (!File.Exists(path) || new FileInfo(path).Length > ImageManifest.MaxBytes)
            throw new OciException(path, "a manifest that is missing or too large", "The layout is damaged: copy or publish it again.");
        var bytes = File.ReadAllBytes(path);
        return Digest.Of(bytes) == descriptor.Digest ? bytes : throw new IntegrityException(path, "the bytes are not the ones of its name: the layout is damaged, or hostile");
    }

    private ImageIndex ReadIndex()
    {
        var path = Path.Combine(_folder, IndexFile);
        return File.Exists(path) && new FileInfo(path).Length <= ImageManifest.MaxBytes
            ? ImageIndex.Parse(File.ReadAllBytes(path), path)
            : throw new OciException(path, "an index that is missing or too large", "The layout is damaged: copy or publish it again.");
    }

    private string PathOf(Digest digest) => Path.Combine(_folder, Blobs, "sha256", digest.Hex);
}
