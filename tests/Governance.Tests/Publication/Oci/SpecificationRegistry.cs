using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Loragate.Artifacts;

namespace Loragate.Governance.Publication.Oci;

/// <summary>A registry in memory that follows OCI distribution 1.1 where Debian's does not: it keeps what came of a broken chunk, and lists referrers itself.</summary>
internal sealed class SpecificationRegistry : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, byte[]> _content = new();
    private readonly ConcurrentDictionary<string, MemoryStream> _uploads = new();
    private readonly TaskCompletionSource _end = new();
    private int _busy;
    private int _stalls;
    private int _served;
    private int _lostEnds;
    private int _begun;

    public SpecificationRegistry(int port)
    {
        Port = port;
        // Whatever host a client names: one behind a proxy names the proxy's.
        _listener.Prefixes.Add($"http://*:{port}/");
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public int Port { get; }

    /// <summary>How many of the next parts of uploads it has no time for, chunks and ends as they come.</summary>
    public int Busy { init => _busy = value; }

    /// <summary>In how many of the next answers it falls silent in the middle.</summary>
    public int Stalls { init => _stalls = value; }

    /// <summary>In how many of the next ends of uploads a proxy gives up waiting: each is answered with 504, and its session is gone.</summary>
    public int LostEnds { init => _lostEnds = value; }

    /// <summary>Whether the blob of such an end is kept all the same.</summary>
    public bool KeepsLost { get; init; }

    /// <summary>How many uploads were begun.</summary>
    public int Begun => _begun;

    /// <summary>How many answers with content it has begun.</summary>
    public int Served => _served;

    /// <summary>What a hostile registry does.</summary>
    public void Replace(string target, byte[] content) => _content[target] = content;

    public void Dispose()
    {
        _end.SetResult();
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            await AnswerAsync(context.Request, context.Response);

            // Its orderly end; to dispose it would cut the connection, with what is on its way.
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            context.Response.Abort();
        }
    }

    private async Task AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var path = request.Url!.AbsolutePath;
        var last = path[(path.LastIndexOf('/') + 1)..];
        byte[]? body = null;
        response.StatusCode = request.HttpMethod switch
        {
            "PATCH" or "PUT" when path.Contains("/uploads/", StringComparison.Ordinal) && Interlocked.Decrement(ref _busy) >= 0 => Refuse(response),
            "POST" => Begin(response),
            "PATCH" => await AppendAsync(last, request, response),
            "GET" when path.Contains("/uploads/", StringComparison.Ordinal) => Status(last, response),
            "PUT" when path.Contains("/uploads/", StringComparison.Ordinal) => End(last, request.QueryString["digest"]!, response),
            "PUT" => await ManifestAsync(last, request, response),
            "HEAD" => _content.ContainsKey(last) ? 200 : 404,
            _ => (body = path.Contains("/referrers/", StringComparison.Ordinal) ? Referrers(last) : _content.GetValueOrDefault(last)) is null ? 404 : 200,
        };
        if (body is not null)
            await WriteAsync(body, response);
    }

    private static int Refuse(HttpListenerResponse response)
    {
        response.Headers["Retry-After"] = "0";
        return 429;
    }

    private int Begin(HttpListenerResponse response)
    {
        var id = Guid.NewGuid().ToString("N");
        Interlocked.Increment(ref _begun);
        _uploads[id] = new MemoryStream();
        response.Headers["Location"] = $"/v2/a/blobs/uploads/{id}";
        return 202;
    }

    private async Task<int> AppendAsync(string id, HttpListenerRequest request, HttpListenerResponse response)
    {
        var upload = _uploads[id];
        if (long.Parse(request.Headers["Content-Range"]!.Split('-')[0], CultureInfo.InvariantCulture) != upload.Length)
            return 416;
        var buffer = new byte[8 << 10];
        while (await request.InputStream.ReadAsync(buffer) is > 0 and var count)
            upload.Write(buffer, 0, count);
        response.Headers["Location"] = $"/v2/a/blobs/uploads/{id}";
        return 202;
    }

    private int Status(string id, HttpListenerResponse response)
    {
        if (!_uploads.TryGetValue(id, out var upload))
            return 404;
        response.Headers["Location"] = $"/v2/a/blobs/uploads/{id}";
        response.Headers["Range"] = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, upload.Length - 1)}");
        return 204;
    }

    private int End(string id, string digest, HttpListenerResponse response)
    {
        var bytes = _uploads[id].ToArray();
        if ($"sha256:{Digest.Of(bytes)}" != digest)
            return 400;
        var isLost = Interlocked.Decrement(ref _lostEnds) >= 0;
        if (!isLost || KeepsLost)
            _content[digest] = bytes;
        if (!isLost)
            return 201;
        _uploads.TryRemove(id, out _);
        response.Headers["Retry-After"] = "0";
        return 504;
    }

    private async Task<int> ManifestAsync(string target, HttpListenerRequest request, HttpListenerResponse response)
    {
        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        _content[target] = body.ToArray();
        if (ImageManifest.Parse(body.ToArray(), target).Subject is { } subject)
            response.Headers["OCI-Subject"] = subject.Name;
        return 201;
    }

    private byte[] Referrers(string subject)
    {
        var all = _content.Where(pair => Encoding.UTF8.GetString(pair.Value).StartsWith("{\"artifactType\"", StringComparison.Ordinal)).Select(pair => (pair.Value, Manifest: ImageManifest.Parse(pair.Value, pair.Key)));
        return new ImageIndex([.. all.Where(one => one.Manifest.Subject?.Name == subject).Select(one => Descriptor.Of(MediaTypes.Manifest, one.Value) with { ArtifactType = one.Manifest.ArtifactType })]).ToBytes();
    }

    private async Task WriteAsync(byte[] bytes, HttpListenerResponse response)
    {
        response.ContentLength64 = bytes.Length;
        Interlocked.Increment(ref _served);
        if (Interlocked.Decrement(ref _stalls) >= 0)
        {
            await response.OutputStream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await response.OutputStream.FlushAsync();
            await _end.Task;
            throw new IOException("the test is over");
        }
        await response.OutputStream.WriteAsync(bytes);
    }
}
