using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Loragate.Governance.Publication.Oci;

/// <summary>
/// One blob on its way into a registry, in chunks (OCI distribution specification 1.1, "Pushing a blob in chunks"). Where a connection breaks the registry is
/// asked how far it came, and the rest is sent; where it no longer knows, the blob is begun again.
/// </summary>
internal sealed class BlobUpload(RegistryConnection connection, Descriptor blob, Func<Stream> open, int chunkBytes, TimeProvider clock)
{
    private const int MostBreaks = 20;

    /// <summary>A registry may hash and move a large blob before it answers its last request.</summary>
    private const int PatienceAtTheEnd = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private Uri _address = connection.Root;
    private long _sent;
    private long _furthest;
    private int _begins;
    private int _breaks;
    private int _refusals;

    /// <summary>Sends the blob.</summary>
    /// <exception cref="OciException">The registry refuses it, or the connection breaks too often.</exception>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        while (true)
        {
            try
            {
                if (_sent < blob.Size)
                    await SendChunkAsync(cancellationToken);
                else if (await EndAsync(cancellationToken))
                    return;
            }
            catch (RegistryBusyException e)
            {
                if (_refusals == RegistryConnection.Attempts)
                    throw new OciException(connection.Root.ToString(), e.Message, "Try again later; what was sent stays sent.", e);
                await Task.Delay(e.Pause, clock, cancellationToken);
                if (await IsThereAsync(cancellationToken))
                    return;
                await ResumeAsync(cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
            {
                if (++_breaks > MostBreaks)
                    throw new OciException(connection.Root.ToString(), $"the connection broke {_breaks} times while {blob.Name} was sent: {e.Message}", "Try again later; what was sent stays sent.", e);
                await Task.Delay(Pause, clock, cancellationToken);
                if (await IsThereAsync(cancellationToken))
                    return;
                await ResumeAsync(cancellationToken);
            }
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (++_begins > MostBreaks)
            throw new OciException(connection.Root.ToString(), $"the registry lost the upload of {blob.Name} {MostBreaks} times", "Try again later, or ask the registry's operator what ends uploads.");
        using var response = await connection.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, new Uri(connection.Root, "blobs/uploads/")), cancellationToken);
        if (response.StatusCode != HttpStatusCode.Accepted)
            throw await connection.RefusalAsync(response, "does not take an upload", cancellationToken);
        _sent = 0;
        Follow(response);
    }

    private async Task SendChunkAsync(CancellationToken cancellationToken)
    {
        var length = (int)Math.Min(chunkBytes, blob.Size - _sent);
        var chunk = new byte[length];
        await using (var source = open())
        {
            source.Seek(_sent, SeekOrigin.Begin);
            await source.ReadExactlyAsync(chunk, cancellationToken);
        }
        using var response = await connection.SendOnceAsync(() => Patch(chunk), cancellationToken);
        if (response.StatusCode == HttpStatusCode.Accepted)
        {
            Follow(response);
            _sent += length;
            // Only what never came before is progress: a registry that loses each upload at its end takes the same chunks for ever.
            if (_sent > _furthest)
                (_furthest, _refusals) = (_sent, 0);
        }
        else if (RegistryConnection.IsBusy(response.StatusCode))
        {
            throw Busy(response);
        }
        else if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.RequestedRangeNotSatisfiable || (int)response.StatusCode >= 500)
        {
            throw new IOException($"the registry lost the upload ({(int)response.StatusCode})");
        }
        else
        {
            throw await connection.RefusalAsync(response, "refuses a chunk", cancellationToken);
        }
    }

    private HttpRequestMessage Patch(byte[] chunk)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, _address) { Content = new ChunkContent(chunk) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        // The specification's form, "0-99", is not the one of RFC 9110 that the class for this header writes.
        request.Content.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{_sent}-{_sent + chunk.Length - 1}"));
        return request;
    }

    private async Task<bool> EndAsync(CancellationToken cancellationToken)
    {
        var separator = _address.Query.Length == 0 ? "?" : "&";
        var address = new Uri($"{_address}{separator}digest={Uri.EscapeDataString(blob.Name)}");
        using var response = await connection.SendOnceAsync(() => new HttpRequestMessage(HttpMethod.Put, address) { Content = new ByteArrayContent([]) }, cancellationToken, PatienceAtTheEnd);
        if (response.StatusCode == HttpStatusCode.Created)
            return true;
        if (RegistryConnection.IsBusy(response.StatusCode))
            throw Busy(response);
        if (response.StatusCode == HttpStatusCode.NotFound || (int)response.StatusCode >= 500)
            throw new IOException($"the registry lost the upload ({(int)response.StatusCode})");
        throw await connection.RefusalAsync(response, "refuses the blob", cancellationToken);
    }

    /// <summary>Whether the registry has the blob all the same: once all of it was sent, an end that is answered by nobody, or by a proxy that gave up waiting, may have come.</summary>
    private async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        if (_furthest < blob.Size)
            return false;
        using var response = await connection.SendAsync(() => new HttpRequestMessage(HttpMethod.Head, new Uri(connection.Root, $"blobs/{blob.Name}")), cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>As long as the registry asks for, or longer each time.</summary>
    private RegistryBusyException Busy(HttpResponseMessage response) => new((int)response.StatusCode, connection.Pause(response, ++_refusals));

    /// <summary>How far did it come? A registry that cannot tell gets the blob from its beginning.</summary>
    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        using var response = await connection.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, _address), cancellationToken);
        if (response.StatusCode != HttpStatusCode.NoContent || Received(response) is not { } received || received > blob.Size)
        {
            await BeginAsync(cancellationToken);
            return;
        }
        _sent = received;
        if (response.Headers.Location is not null)
            Follow(response);
    }

    /// <summary>"Range: 0-99" says that 100 bytes came; "0-0" is what registries say of none, and of one.</summary>
    private static long? Received(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Range", out var ranges) && !response.Content.Headers.TryGetValues("Range", out ranges))
            return null;
        var end = ranges.First().Split('-');
        return end.Length == 2 && long.TryParse(end[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last == 0 ? 0 : last + 1 : null;
    }

    private void Follow(HttpResponseMessage response)
    {
        var location = response.Headers.Location ?? throw new OciException(connection.Root.ToString(), "the registry names no address for the upload", "This is no registry that follows the OCI specification.");
        _address = location.IsAbsoluteUri ? location : new Uri(connection.Root, location);
        if (connection.Root.Scheme == "https" && _address.Scheme != "https")
            throw new OciException(connection.Root.ToString(), "the registry sends the upload to an address without TLS", "Ask the registry's operator.");
    }
}
