using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Loragate.Artifacts.Json;

namespace Loragate.EvalHarness.Remote;

/// <summary>Requests to one server, with patience where it is busy or a connection breaks. Answers are strict JSON of a bounded size.</summary>
internal sealed class RemoteConnection : IDisposable
{
    private const int Attempts = 6;
    private const int MaxAnswerBytes = 64 << 20;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly RemoteOptions _options;
    private readonly HttpClient _client;

    public RemoteConnection(RemoteOptions options)
    {
        _options = options;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = options.Timeout }) { Timeout = options.Timeout };
    }

    /// <summary>Asks until there is an answer; the caller disposes it.</summary>
    /// <param name="path">Relative to the server's address.</param>
    /// <param name="body">The JSON to send; null to get.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RemoteException">The server cannot be reached, stays busy, refuses the request, or answers no JSON.</exception>
    public JsonDocument Ask(string path, byte[]? body, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (answer, fault, asked) = Try(path, body, cancellation);
            if (answer is not null)
                return answer;
            if (attempt == Attempts)
                throw new RemoteException(PlaceOf(path), $"no answer in {Attempts} attempts ({fault})", "Look at the server; what it answered so far is kept, and the same command goes on from there.");
            Task.Delay(Pause(asked, attempt), _options.Clock, cancellation).GetAwaiter().GetResult();
        }
    }

    public string PlaceOf(string path) => new Uri(_options.Address, path).ToString();

    public void Dispose() => _client.Dispose();

    private (JsonDocument? Answer, string Fault, TimeSpan? Asked) Try(string path, byte[]? body, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(_options.Address, path));
            if (_options.ApiKey is { } key)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            if (body is not null)
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (IsBusy(response.StatusCode))
                return (null, $"status {(int)response.StatusCode}", response.Headers.RetryAfter?.Delta);
            var bytes = Read(response, path, cancellation);
            return response.IsSuccessStatusCode
                ? (StrictJson.Parse(bytes, PlaceOf(path)), "", null)
                : throw new RemoteException(PlaceOf(path), $"the server refuses with status {(int)response.StatusCode}: {Excerpt(bytes)}", response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? "Give the key that the server was started with." : "Check the address and how the server was started.");
        }
        catch (JsonFormatException e)
        {
            return (null, e.Fault, null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (null, e is OperationCanceledException or TimeoutException ? $"nothing within {_options.Timeout.TotalSeconds:0} s" : e.Message.TrimEnd('.'), null);
        }
    }

    /// <summary>A whole body; what is cut off on the way is no answer.</summary>
    private byte[] Read(HttpResponseMessage response, string path, CancellationToken cancellation)
    {
        using var stream = response.Content.ReadAsStream(cancellation);
        using var whole = new MemoryStream();
        var block = new byte[1 << 16];
        for (int count; (count = stream.ReadAsync(block, cancellation).AsTask().WaitAsync(_options.Timeout, _options.Clock, cancellation).GetAwaiter().GetResult()) > 0;)
        {
            whole.Write(block, 0, count);
            if (whole.Length > MaxAnswerBytes)
                throw new RemoteException(PlaceOf(path), $"an answer of more than {MaxAnswerBytes} bytes", "This is no vLLM server, or a hostile one.");
        }
        return whole.ToArray();
    }

    private static string Excerpt(byte[] bytes)
    {
        const int Most = 300;
        var text = System.Text.Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(Most, bytes.Length)));
        return Artifacts.Printable.Of(text);
    }

    private static bool IsBusy(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.InternalServerError;

    private TimeSpan Pause(TimeSpan? asked, int attempt)
    {
        var pause = asked ?? _options.FirstPause * Math.Pow(2, attempt - 1);
        return pause < LongestPause ? pause : LongestPause;
    }
}
