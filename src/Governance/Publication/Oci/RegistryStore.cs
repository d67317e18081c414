using System.Net;
using System.Net.Http.Headers;
using Loragate.Artifacts;

namespace Loragate.Governance.Publication.Oci;

/// <summary>
/// A repository of an OCI registry (OCI distribution specification 1.1): resumable uploads and downloads, referrers by the API where there is one and by the
/// fallback tag where there is none. Everything that comes back is hashed before it is believed.
/// </summary>
public sealed class RegistryStore : ImageStore, IDisposable
{
    /// <summary>Bytes of a chunk of an upload.</summary>
    public const int DefaultChunkBytes = 8 << 20;

    private const int MostBreaks = 20;
    private const int MostRaces = 8;
    private static readonly TimeSpan BreakPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    private readonly HttpClient _client;
    private readonly RegistryConnection _connection;
    private readonly TimeProvider _clock;
    private readonly int _chunkBytes;

    /// <summary>Names a repository; nothing is sent yet.</summary>
    /// <param name="reference">Host and repository.</param>
    /// <param name="login">Credentials.</param>
    /// <param name="clock">For pauses.</param>
    /// <param name="plainHttp">Talk without TLS.</param>
    /// <param name="chunkBytes">Bytes of a chunk of an upload.</param>
    /// <param name="silence">How long a connection may be silent before it counts as broken; two minutes unless told otherwise.</param>
    public RegistryStore(ImageReference reference, RegistryLogin login, TimeProvider clock, bool plainHttp = false, int chunkBytes = DefaultChunkBytes, TimeSpan? silence = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(login);
        ArgumentNullException.ThrowIfNull(clock);
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = true, MaxAutomaticRedirections = 5, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(30) }) { Timeout = Timeout.InfiniteTimeSpan };
        _connection = new RegistryConnection(_client, new Uri($"{(plainHttp ? "http" : "https")}://{reference.Host}/v2/{reference.Repository}/"), login, clock, silence ?? Silence);
        (_clock, _chunkBytes) = (clock, chunkBytes);
    }

    /// <inheritdoc/>
    public override async Task<bool> PutBlobAsync(Descriptor blob, Func<Stream> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentNullException.ThrowIfNull(open);
        using (var there = await _connection.SendAsync(() => new HttpRequestMessage(HttpMethod.Head, Address($"blobs/{blob.Name}")), cancellationToken))
        {
            if (there.StatusCode == HttpStatusCode.OK)
                return false;
        }
        await new BlobUpload(_connection, blob, open, _chunkBytes, _clock).SendAsync(cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public override async Task<Descriptor> PutManifestAsync(ImageManifest manifest, string? tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var bytes = manifest.ToBytes();
        var descriptor = Descriptor.Of(MediaTypes.Manifest, bytes) with { ArtifactType = manifest.ArtifactType };
        var knowsSubjects = await PutAsync(bytes, MediaTypes.Manifest, tag ?? descriptor.Name, cancellationToken);
        if (manifest.Subject is { } subject && !knowsSubjects)
            await ListAsync(subject, descriptor, cancellationToken);
        return descriptor;
    }

    /// <inheritdoc/>
    public override async Task<(Descriptor Descriptor, ImageManifest Manifest)> GetManifestAsync(string target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var place = Address($"manifests/{target}").ToString();
        var bytes = await TryGetAsync($"manifests/{target}", MediaTypes.Manifest, cancellationToken) ?? throw new OciException(place, "no such image", "Check the reference.");
        var descriptor = Descriptor.Of(MediaTypes.Manifest, bytes);
        return target.StartsWith("sha256:", StringComparison.Ordinal) && target != descriptor.Name
            ? throw new IntegrityException(place, $"the registry gives another manifest, {descriptor.Name}: it is damaged, or hostile")
            : (descriptor, ImageManifest.Parse(bytes, place));
    }

    /// <inheritdoc/>
    public override async Task GetBlobAsync(Descriptor blob, string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        var place = Address($"blobs/{blob.Name}").ToString();
        for (var breaks = 0; ; breaks++)
        {
            try
            {
                using var response = await _connection.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, Address($"blobs/{blob.Name}")), cancellationToken);
                if (response.StatusCode != HttpStatusCode.OK)
                    throw await _connection.RefusalAsync(response, $"does not give {blob.Name}", cancellationToken);
                await using var source = await _connection.OpenAsync(response, cancellationToken);
                await BlobFile.WriteAsync(source, blob, path, place, cancellationToken);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or BrokenSourceException && !cancellationToken.IsCancellationRequested)
            {
                if (breaks == MostBreaks)
                    throw new OciException(place, $"the connection broke {breaks + 1} times while {blob.Name} was fetched: {e.Message}", "Try again later.", e);
                await Task.Delay(BreakPause, _clock, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Descriptor>> GetReferrersAsync(Descriptor subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var listed = await TryGetAsync($"referrers/{subject.Name}", MediaTypes.Index, cancellationToken) ?? await TryGetAsync($"manifests/{FallbackTag(subject)}", MediaTypes.Index, cancellationToken);
        return listed is null ? [] : ImageIndex.Parse(listed, $"what refers to {subject.Name}").Manifests;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static string FallbackTag(Descriptor subject) => $"sha256-{subject.Digest}";

    /// <summary>Stores a manifest; says whether the registry itself lists it for its subject.</summary>
    private async Task<bool> PutAsync(byte[] bytes, string mediaType, string target, CancellationToken cancellationToken)
    {
        using var response = await _connection.SendAsync(() => Put(bytes, mediaType, target), cancellationToken);
        return response.StatusCode == HttpStatusCode.Created
            ? response.Headers.Contains("OCI-Subject")
            : throw await _connection.RefusalAsync(response, $"does not take the manifest '{target}'", cancellationToken);
    }

    private HttpRequestMessage Put(byte[] bytes, string mediaType, string target)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, Address($"manifests/{target}")) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return request;
    }

    /// <summary>
    /// Lists a manifest in the index under the fallback tag. Registries have no way to change it in one step, so it is read again until what was added is there:
    /// two writers may overwrite each other, and each then adds its own once more.
    /// </summary>
    private async Task ListAsync(Descriptor subject, Descriptor referrer, CancellationToken cancellationToken)
    {
        for (var race = 0; race < MostRaces; race++)
        {
            var index = await FallbackAsync(subject, cancellationToken);
            if (index.Manifests.Any(manifest => manifest.Digest == referrer.Digest))
                return;
            await PutAsync(index.With(referrer).ToBytes(), MediaTypes.Index, FallbackTag(subject), cancellationToken);
        }
        if ((await FallbackAsync(subject, cancellationToken)).Manifests.All(manifest => manifest.Digest != referrer.Digest))
            throw new OciException(_connection.Root.ToString(), $"others keep overwriting the list '{FallbackTag(subject)}'", "Publish again when nobody else publishes this release.");
    }

    private async Task<ImageIndex> FallbackAsync(Descriptor subject, CancellationToken cancellationToken) =>
        await TryGetAsync($"manifests/{FallbackTag(subject)}", MediaTypes.Index, cancellationToken) is { } bytes ? ImageIndex.Parse(bytes, FallbackTag(subject)) : new ImageIndex([]);

    private async Task<byte[]?> TryGetAsync(string path, string mediaType, CancellationToken cancellationToken)
    {
        using var response = await _connection.SendAsync(() => Get(path, mediaType), cancellationToken);
        try
        {
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await _connection.ReadAsync(response, ImageManifest.MaxBytes, cancellationToken),
                HttpStatusCode.NotFound => null,
                _ => throw await _connection.RefusalAsync(response, $"does not give '{path}'", cancellationToken),
            };
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw new OciException(Address(path).ToString(), $"the connection broke: {e.Message}", "Try again later.", e);
        }
    }

    private HttpRequestMessage Get(string path, string mediaType)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        return request;
    }

    private Uri Address(string path) => new(_connection.Root, path);
}
