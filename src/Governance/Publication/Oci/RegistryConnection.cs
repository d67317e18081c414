using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using Loragate.Artifacts;

namespace Loragate.Governance.Publication.Oci;

/// <summary>
/// Requests to one repository of one registry: credentials where it asks for them, and patience where it is busy or a connection breaks. Credentials go
/// to the registry and to the token server that it names, never along a redirect.
/// </summary>
/// <param name="client">Sends.</param>
/// <param name="root">The repository's address, ending in a slash.</param>
/// <param name="login">Credentials.</param>
/// <param name="clock">For pauses.</param>
/// <param name="silence">How long a connection may be silent before it counts as broken.</param>
internal sealed class RegistryConnection(HttpClient client, Uri root, RegistryLogin login, TimeProvider clock, TimeSpan silence)
{
    /// <summary>How often a busy registry is asked.</summary>
    public const int Attempts = 6;

    private const int MaxErrorBytes = 64 << 10;
    private const int MaxTokenBytes = 1 << 20;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private AuthenticationHeaderValue? _authorization;

    /// <summary>The repository's address, ending in a slash.</summary>
    public Uri Root => root;

    /// <summary>Sends a request until it is answered; the caller disposes the answer and judges its status.</summary>
    /// <param name="make">Makes the request anew for each attempt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OciException">The registry cannot be reached, stays busy, or does not let us in.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (response, failure) = await TryAsync(make, cancellationToken);
            if (response is not null && !IsBusy(response.StatusCode))
                return response;
            var pause = Pause(response, attempt);
            response?.Dispose();
            if (attempt == Attempts)
                throw new OciException(root.ToString(), failure?.Message ?? $"the registry is busy ({(int)response!.StatusCode})", "Try again later; what was sent stays sent.", failure);
            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>Sends one request once; a broken connection is the caller's to go on from.</summary>
    /// <param name="make">Makes the request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="patience">How many times longer than usual the registry may be silent, where it has much to do.</param>
    /// <exception cref="HttpRequestException">The connection broke.</exception>
    /// <exception cref="IOException">The connection broke, or was silent for too long.</exception>
    public async Task<HttpResponseMessage> SendOnceAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken, int patience = 1)
    {
        var response = await SendAuthorizedAsync(make(), patience, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
            return response;
        var challenge = RegistryChallenge.Find(response.Headers.WwwAuthenticate);
        response.Dispose();
        _authorization = await AnswerAsync(challenge, cancellationToken);
        response = await SendAuthorizedAsync(make(), patience, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
            return response;
        response.Dispose();
        throw new OciException(root.ToString(), "the registry does not let us in", "Check the credentials and what they may do there.");
    }

    private async Task<(HttpResponseMessage? Response, Exception? Failure)> TryAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        try
        {
            return (await SendOnceAsync(make, cancellationToken), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return (null, e);
        }
    }

    private async Task<HttpResponseMessage> SendAuthorizedAsync(HttpRequestMessage request, int patience, CancellationToken cancellationToken)
    {
        using (request)
        {
            // Only to the registry itself: an upload's address may lie elsewhere.
            if (request.RequestUri!.Authority == root.Authority)
                request.Headers.Authorization = _authorization;
            try
            {
                return await AskAsync(request, silence * patience, cancellationToken);
            }
            catch (HttpRequestException e) when (e.InnerException is AuthenticationException tls)
            {
                throw new OciException(root.ToString(), $"the registry's certificate is not trusted: {tls.Message}", "Trust its authority on this machine, or for one command: SSL_CERT_FILE=ca.pem loragate ….", e);
            }
        }
    }

    /// <summary>Sends a request and waits for the head of its answer, as long as something goes or comes.</summary>
    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(longest);
        if (request.Content is ChunkContent chunk)
            chunk.Sent = () => Extend(limit, longest);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException(SteadyStream.Words(longest), e);
        }
    }

    /// <summary>What still goes after an early answer extends nothing.</summary>
    private static void Extend(CancellationTokenSource limit, TimeSpan longest)
    {
        try
        {
            limit.CancelAfter(longest);
        }
        catch (ObjectDisposedException)
        {
            return;
        }
    }

    private async Task<AuthenticationHeaderValue> AnswerAsync(RegistryChallenge? challenge, CancellationToken cancellationToken)
    {
        var basic = login.BasicFor(root.Authority);
        if (challenge is { IsBearer: true })
            return new AuthenticationHeaderValue("Bearer", await TokenAsync(challenge.TokenAddress(root.ToString(), root.Scheme == "http"), basic, cancellationToken));
        return challenge is not null && basic is not null
            ? new AuthenticationHeaderValue("Basic", basic)
            : throw new OciException(root.ToString(), "the registry asks for credentials, and there are none", "Name a file of credentials with --auth.");
    }

    private async Task<string> TokenAsync(Uri address, string? basic, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (basic is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        using var response = await AskAsync(request, silence, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new OciException(address.GetLeftPart(UriPartial.Path), $"no token ({(int)response.StatusCode})", "Check the credentials and what they may do there.");
        var json = OciJson.Parse(await ReadAsync(response, MaxTokenBytes, cancellationToken), address.GetLeftPart(UriPartial.Path));
        return json.OptionalText("token") ?? json.Text("access_token");
    }

    /// <summary>The body of an answer; a silence that is too long breaks it.</summary>
    public async Task<Stream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken) => new SteadyStream(await response.Content.ReadAsStreamAsync(cancellationToken), silence);

    /// <summary>What a registry's refusal says (OCI distribution specification 1.1, "Error codes").</summary>
    public async Task<OciException> RefusalAsync(HttpResponseMessage response, string what, CancellationToken cancellationToken)
    {
        var said = "";
        try
        {
            said = Encoding.UTF8.GetString(await ReadAsync(response, MaxErrorBytes, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is OciException or IOException or HttpRequestException)
        {
            // The status alone has to do.
        }
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        return new OciException(root.ToString(), $"the registry {what} ({status}{(said.Length == 0 ? "" : $": {Printable.Of(said)}")})", "Check the reference and what the credentials may do there.");
    }

    /// <summary>A small answer, whole.</summary>
    /// <exception cref="OciException">It is larger.</exception>
    public async Task<byte[]> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await OpenAsync(response, cancellationToken);
        var buffer = new byte[maxBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= maxBytes ? buffer[..length] : throw new OciException(response.RequestMessage!.RequestUri!.ToString(), $"an answer of more than {maxBytes} bytes", "This is no registry, or a hostile one.");
    }

    /// <summary>Whether an answer says that the registry has no time now.</summary>
    public static bool IsBusy(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.InternalServerError;

    /// <summary>How long to wait after an answer, or after none: as long as the registry asks, at most a minute.</summary>
    public TimeSpan Pause(HttpResponseMessage? response, int attempt)
    {
        var asked = response?.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - clock.GetUtcNow() : null;
        var pause = asked ?? FirstPause * Math.Pow(2, attempt - 1);
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause < LongestPause ? pause : LongestPause;
    }
}
