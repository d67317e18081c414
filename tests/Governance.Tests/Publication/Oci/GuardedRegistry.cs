using System.Net;
using System.Text;

namespace Loragate.Governance.Publication.Oci;

/// <summary>A registry's front: asks for a token of its own token server, and is busy for the first requests.</summary>
internal sealed class GuardedRegistry : IDisposable
{
    private const string Token = "a-token-of-the-test";
    private readonly HttpListener _listener = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly string _upstream;
    private readonly bool _asksForToken;
    private int _busy;

    public GuardedRegistry(string upstream, int port, bool asksForToken, int busy)
    {
        (_upstream, _asksForToken, _busy, Host) = (upstream, asksForToken, busy, $"127.0.0.1:{port}");
        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public string Host { get; }

    /// <summary>What clients said who they are, request by request; empty for nothing.</summary>
    public List<string> Authorizations { get; } = [];

    public void Dispose()
    {
        _listener.Close();
        _client.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var response = context.Response;
                await AnswerAsync(context.Request, response);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var authorization = request.Headers["Authorization"] ?? "";
        lock (Authorizations)
            Authorizations.Add(authorization);
        if (request.Url!.AbsolutePath == "/token")
            await TokenAsync(authorization, request, response);
        else if (Interlocked.Decrement(ref _busy) >= 0)
            (response.StatusCode, response.Headers["Retry-After"]) = (429, "0");
        else if (_asksForToken && authorization != $"Bearer {Token}")
            (response.StatusCode, response.Headers["WWW-Authenticate"]) = (401, $"Bearer realm=\"http://{Host}/token\",service=\"test\",scope=\"repository:a:pull,push\"");
        else
            await ForwardAsync(request, response);
    }

    private static async Task TokenAsync(string authorization, HttpListenerRequest request, HttpListenerResponse response)
    {
        var expected = "Basic " + Convert.ToBase64String("user:password"u8);
        response.StatusCode = authorization == expected && request.QueryString["service"] == "test" && request.QueryString["scope"] == "repository:a:pull,push" ? 200 : 401;
        if (response.StatusCode == 200)
            await response.OutputStream.WriteAsync(Encoding.ASCII.GetBytes($"{{\"access_token\":\"{Token}\",\"expires_in\":300}}"));
    }

    private async Task ForwardAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        using var forwarded = new HttpRequestMessage(new HttpMethod(request.HttpMethod), $"http://{_upstream}{request.Url!.PathAndQuery}");
        forwarded.Headers.Host = Host;
        if (request.HasEntityBody)
            forwarded.Content = new StreamContent(request.InputStream);
        foreach (var name in request.Headers.AllKeys.OfType<string>().Where(name => name is "Content-Type" or "Content-Range"))
            forwarded.Content?.Headers.TryAddWithoutValidation(name, request.Headers[name]);
        if (request.Headers["Accept"] is { } accept)
            forwarded.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await _client.SendAsync(forwarded);
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Where(header => header.Key is "Location" or "Range"))
            response.Headers[name] = values.First();
        if (request.HttpMethod != "HEAD")
            await answer.Content.CopyToAsync(response.OutputStream);
    }
}
