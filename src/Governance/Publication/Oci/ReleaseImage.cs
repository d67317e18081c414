using System.Text;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;

namespace Loragate.Governance.Publication.Oci;

/// <summary>
/// A release as an image (docs/formats/oci.v1.md): every file is a layer of its own bytes under its path, so a pulled image is the release, byte for
/// byte, and there is nothing to unpack. Signatures, verdict and report are listed once more as artifacts that refer to the image, for whoever looks for these.
/// </summary>
public sealed class ReleaseImage
{
    /// <summary>The most bytes of a file that is no adapter's: signatures, statements, report.</summary>
    private const long MaxDocumentBytes = 256L << 20;

    /// <summary>The most bytes of a whole release: more than the adapter of any model, and less than a disk.</summary>
    private const long MaxBytes = 256L << 30;

    private static readonly byte[] EmptyConfig = "{}"u8.ToArray();

    private readonly string _folder;
    private readonly byte[] _config;

    private ReleaseImage(string folder, byte[] config, ImageManifest manifest) => (_folder, _config, Manifest) = (folder, config, manifest);

    /// <summary>The image's manifest: the same for the same release.</summary>
    public ImageManifest Manifest { get; }

    /// <summary>Makes the image of a release that was verified.</summary>
    /// <param name="folder">The release.</param>
    /// <param name="judgement">What its verdict says.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <exception cref="FolderException">The folder holds what no release holds.</exception>
    public static ReleaseImage Of(string folder, Signing.Judgement judgement, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(judgement);
        var files = FolderManifest.Read(folder, cancellationToken).Files;
        if (files.FirstOrDefault(file => !ReleaseLayout.Knows(file.Path)) is { } stranger)
            throw new FolderException(Path.Combine(folder, stranger.Path), "no file of a release", "Publish a release as a gate made it.");
        var config = Config(judgement, files);
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["io.loragate.adapter.sha256"] = judgement.AdapterDigest.Hex,
            ["io.loragate.policy.sha256"] = judgement.Policy.Digest.Hex,
            ["org.opencontainers.image.title"] = judgement.Adapter,
        };
        if (judgement.Base is { } weights)
            annotations["io.loragate.base.sha256"] = weights.Hex;
        return new ReleaseImage(folder, config, new ImageManifest(MediaTypes.Model, Descriptor.Of(MediaTypes.ModelConfig, config), [.. files.Select(Layer)], null, annotations));
    }

    /// <summary>Stores the image and what refers to it, under its digest alone; what is there already is not sent again.</summary>
    /// <param name="store">Where.</param>
    /// <param name="progress">Is told of each stored file.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <returns>The image's descriptor.</returns>
    public async Task<Descriptor> StoreAsync(ImageStore store, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        await store.PutBlobAsync(Manifest.Config, () => new MemoryStream(_config, writable: false), cancellationToken);
        foreach (var layer in Manifest.Layers)
        {
            var path = PathOf(layer);
            var sent = await store.PutBlobAsync(layer, () => File.OpenRead(path), cancellationToken);
            progress?.Report($"{layer.Annotation(MediaTypes.FilePath)}: {layer.Size:N0} bytes{(sent ? "" : ", there already")}");
        }
        var image = await store.PutManifestAsync(Manifest, null, cancellationToken);
        await PutReferrersAsync(store, image, cancellationToken);
        return image;
    }

    /// <summary>Gives the stored image its tag: last, so that no tag ever names half of a release.</summary>
    /// <param name="store">Where it was stored.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    public Task TagAsync(ImageStore store, string tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.PutManifestAsync(Manifest, tag, cancellationToken);
    }

    /// <summary>Reads an image into a folder; nothing of it is trusted yet.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="target">A tag, or "sha256:…".</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="progress">Is told of each file.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <returns>The image's descriptor.</returns>
    /// <exception cref="OciException">It is no image of a release, or the store gives other bytes than it names.</exception>
    public static async Task<Descriptor> FetchAsync(ImageStore store, string target, string folder, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var (image, manifest) = await store.GetManifestAsync(target, cancellationToken);
        foreach (var (layer, file) in FilesOf(manifest, target))
        {
            var path = Path.Combine([folder, .. file.Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await store.GetBlobAsync(layer, path, cancellationToken);
            progress?.Report($"{file}: {layer.Size:N0} bytes");
        }
        return image;
    }

    /// <summary>The release's files, each under a name that a release may hold and a file system takes, none twice, none too large: checked before anything is written.</summary>
    private static List<(Descriptor Layer, string File)> FilesOf(ImageManifest manifest, string place)
    {
        if (manifest.ArtifactType != MediaTypes.Model)
            throw new OciException(place, $"an image of the type '{manifest.ArtifactType}', not of a release ('{MediaTypes.Model}')", "Check the reference.");
        var files = manifest.Layers.Select(layer => (Layer: layer, File: layer.Annotation(MediaTypes.FilePath) ?? "")).ToList();
        if (files.FirstOrDefault(one => !ReleaseLayout.Knows(one.File) || !IsFileName(one.File)) is { Layer: not null } odd)
            throw Hostile(place, $"the layer {odd.Layer.Name} has the path '{Printable.Of(odd.File)}', which no file of a release has");
        if (files.GroupBy(one => one.File, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Hostile(place, $"two layers have the path '{twice.Key}'");
        var folders = files.SelectMany(one => FoldersOf(one.File)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (files.FirstOrDefault(one => folders.Contains(one.File)) is { Layer: not null } both)
            throw Hostile(place, $"the path '{both.File}' is a file's and a folder's");
        if (files.FirstOrDefault(one => !one.File.StartsWith(ReleaseLayout.Adapter + "/", StringComparison.Ordinal) && one.Layer.Size > MaxDocumentBytes) is { Layer: not null } large)
            throw Hostile(place, $"'{large.File}' has {large.Layer.Size:N0} bytes where at most {MaxDocumentBytes:N0} are read");
        var total = files.Sum(one => (decimal)one.Layer.Size);
        return total <= MaxBytes ? files : throw Hostile(place, $"{total:N0} bytes where a release has at most {MaxBytes:N0}");
    }

    private static bool IsFileName(string file) => Signing.RelativeName.Fault(file) is null && file.Split('/').All(part => Encoding.UTF8.GetByteCount(part) <= AtomicFile.LongestName);

    private static IEnumerable<string> FoldersOf(string file) => file.Index().Where(one => one.Item == '/').Select(one => file[..one.Index]);

    private static OciException Hostile(string place, string fault) => new(place, fault, "This is no image of a release, or a hostile one.");

    private async Task PutReferrersAsync(ImageStore store, Descriptor image, CancellationToken cancellationToken)
    {
        await store.PutBlobAsync(Descriptor.Of(MediaTypes.Empty, EmptyConfig), () => new MemoryStream(EmptyConfig, writable: false), cancellationToken);
        foreach (var layer in Manifest.Layers)
        {
            if (ArtifactTypeOf(layer.Annotation(MediaTypes.FilePath)!) is { } type)
                await store.PutManifestAsync(new ImageManifest(type, Descriptor.Of(MediaTypes.Empty, EmptyConfig), [layer with { MediaType = type }], new Descriptor(image.MediaType, image.Digest, image.Size)), null, cancellationToken);
        }
    }

    private static string? ArtifactTypeOf(string file) => file switch
    {
        ReleaseLayout.Report => MediaTypes.Pdf,
        ReleaseLayout.Bom => MediaTypes.CycloneDx,
        ReleaseLayout.ModelSignature => MediaTypes.SigstoreBundle,
        _ when file.StartsWith(ReleaseLayout.Attestations, StringComparison.Ordinal) => MediaTypes.SigstoreBundle,
        _ => null,
    };

    private static Descriptor Layer(FileEntry file) =>
        new(MediaTypeOf(file.Path), file.Sha256, file.Size, null, new SortedDictionary<string, string>(StringComparer.Ordinal) { [MediaTypes.FilePath] = file.Path });

    private static string MediaTypeOf(string file) => file switch
    {
        _ when file.EndsWith(".safetensors", StringComparison.Ordinal) => MediaTypes.Weight,
        _ when file.StartsWith(ReleaseLayout.Adapter + "/", StringComparison.Ordinal) && file.EndsWith(".json", StringComparison.Ordinal) => MediaTypes.WeightConfig,
        _ => MediaTypes.Document,
    };

    private string PathOf(Descriptor layer) => Path.Combine([_folder, .. layer.Annotation(MediaTypes.FilePath)!.Split('/')]);

    /// <summary>ModelPack's configuration: the name, and the digest of each layer's unpacked bytes, which are its own.</summary>
    private static byte[] Config(Signing.Judgement judgement, IReadOnlyList<FileEntry> files) => RecordJson.Canonical(new JsonObject
    {
        ["descriptor"] = new JsonObject { ["name"] = judgement.Adapter, ["family"] = "adapter" },
        ["config"] = new JsonObject(),
        ["modelfs"] = new JsonObject { ["type"] = "layers", ["diffIds"] = new JsonArray([.. files.Select(file => $"sha256:{file.Sha256}")]) },
    });
}
