using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Loragate.Testing;

/// <summary>Debian's docker-registry on a free port of the loopback interface: a registry without the referrers API.</summary>
public sealed class DockerRegistry : IDisposable
{
    /// <summary>The account that a registry with accounts lets in.</summary>
    public const string User = "user", Password = "password";

    private const string Hash = "$2b$04$I7IvyTwCdrqkTJiuEGMmi.bBtN7SLAPG2a.D.efnTuGXt8hFc6O5i";
    private readonly TempFolder _temp = new();
    private readonly Process _process;

    private DockerRegistry(int port, bool withAccounts, string tls)
    {
        Port = port;
        _temp.Write("htpasswd", System.Text.Encoding.ASCII.GetBytes($"{User}:{Hash}\n"));
        var accounts = withAccounts ? $"auth: {{htpasswd: {{realm: test, path: {_temp.PathTo("htpasswd")}}}}}\n" : "";
        var config = _temp.Write("config.yml", System.Text.Encoding.ASCII.GetBytes($"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {_temp.PathTo("data")}}}}}\nhttp: {{addr: 127.0.0.1:{port}{tls}}}\n{accounts}"));
        _process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", config]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Await();
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Host and port.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>Whether it is installed.</summary>
    public static bool IsThere => Shell.Has("docker-registry");

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="withAccounts">Whether it lets in <see cref="User"/> alone.</param>
    public static DockerRegistry Start(bool withAccounts = false) => new(FreePort(), withAccounts, "");

    /// <summary>Starts one that talks TLS under a certificate for 127.0.0.1.</summary>
    /// <param name="certificate">The certificate's file, PEM.</param>
    /// <param name="key">The key's file, PEM.</param>
    public static DockerRegistry StartTls(string certificate, string key) => new(FreePort(), withAccounts: false, $", tls: {{certificate: {certificate}, key: {key}}}");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _temp.Dispose();
    }

    private void Await()
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (patience.Elapsed < TimeSpan.FromSeconds(30))
            {
                Thread.Sleep(20);
            }
        }
    }
}
