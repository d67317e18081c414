using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace Loragate.Governance.Publication.Oci;

/// <summary>
/// Requests to one repository of one registry: credentials where it asks for them, and patience where it is busy or a connection breaks. Credentials go
/// to the registry and to the token server that it names, never along a redirect.
/// </summary>
internal sealed class RegistryConnection(HttpClient client, Uri root, RegistryLogin login, TimeProvider clock)
{
    private const int Attempts = 6;
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
    /// <exception cref="HttpRequestException">The connection broke.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<HttpResponseMessage> SendOnceAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        var response = await SendAuthorizedAsync(make(), cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
            return response;
        var challenge = RegistryChallenge.Find(response.Headers.WwwAuthenticate);
        response.Dispose();
        _authorization = await AnswerAsync(challenge, cancellationToken);
        response = await SendAuthorizedAsync(make(), cancellationToken);
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

    private async Task<HttpResponseMessage> SendAuthorizedAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            // Only to the registry itself: an upload's address may lie elsewhere.
            if (request.RequestUri!.Authority == root.Authority)
                request.Headers.Authorization = _authorization;
            try
            {
                return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            }
            catch (HttpRequestException e) when (e.InnerException is AuthenticationException tls)
            {
                throw new OciException(root.ToString(), $"the registry's certificate is not trusted: {tls.Message}", "Trust its authority on this machine, or for one command: SSL_CERT_FILE=ca.pem loragate ….", e);
            }
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
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new OciException(address.GetLeftPart(UriPartial.Path), $"no token ({(int)response.StatusCode})", "Check the credentials and what they may do there.");
        var json = OciJson.Parse(await ReadAsync(response, MaxTokenBytes, cancellationToken), address.GetLeftPart(UriPartial.Path));
        return json.OptionalText("token") ?? json.Text("access_token");
    }

    /// <summary>A small answer, whole.</summary>
    /// <exception cref="OciException">It is larger.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[maxBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= maxBytes ? buffer[..length] : throw new OciException(response.RequestMessage!.RequestUri!.ToString(), $"an answer of more than {maxBytes} bytes", "This is no registry, or a hostile one.");
    }

    private static bool IsBusy(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.InternalServerError;

    private TimeSpan Pause(HttpResponseMessage? response, int attempt)
    {
        var asked = response?.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - clock.GetUtcNow() : null;
        var pause = asked ?? FirstPause * Math.Pow(2, attempt - 1);
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause < LongestPause ? pause : LongestPause;
    }
}
