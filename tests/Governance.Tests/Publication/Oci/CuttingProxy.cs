using System.Net;
using System.Net.Sockets;

namespace Loragate.Governance.Publication.Oci;

/// <summary>A wire that breaks: passes bytes on to a port and cuts each of the first connections after so many bytes.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _upstream;
    private readonly long _upBytes;
    private readonly long _downBytes;
    private int _cutsLeft;

    /// <param name="upstream">The port behind it.</param>
    /// <param name="cuts">How many connections are cut.</param>
    /// <param name="upBytes">Bytes towards the server after which one is cut.</param>
    /// <param name="downBytes">Bytes from the server after which one is cut.</param>
    public CuttingProxy(int upstream, int cuts, long upBytes = long.MaxValue, long downBytes = long.MaxValue)
    {
        (_upstream, _cutsLeft, _upBytes, _downBytes) = (upstream, cuts, upBytes, downBytes);
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public string Host => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Bytes that went towards the server.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>How many connections were cut.</summary>
    public int Cuts { get; private set; }

    private long _sent;

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(IPAddress.Loopback, _upstream, _end.Token);
            var up = PassAsync(client.GetStream(), server.GetStream(), _upBytes, isUp: true);
            var down = PassAsync(server.GetStream(), client.GetStream(), _downBytes, isUp: false);
            // A reset, where the wire is cut: nothing that is on its way arrives. An orderly end stays one.
            if (await await Task.WhenAny(up, down))
                client.LingerState = server.LingerState = new LingerOption(true, 0);
        }
    }

    /// <summary>Whether it cut the wire; else one end closed it.</summary>
    private async Task<bool> PassAsync(NetworkStream from, NetworkStream to, long limit, bool isUp)
    {
        var buffer = new byte[16 << 10];
        long passed = 0;
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is > 0 and var count)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), _end.Token);
                passed += count;
                if (isUp)
                    Interlocked.Add(ref _sent, count);
                if (passed >= limit && Interlocked.Decrement(ref _cutsLeft) >= 0)
                {
                    Cuts++;
                    return true;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One end is gone.
        }
        return false;
    }
}
