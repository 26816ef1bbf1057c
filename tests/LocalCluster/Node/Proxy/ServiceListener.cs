using System.Net;
using System.Net.Sockets;

namespace LocalCluster.Node.Proxy;

/// <summary>One port of a Service: accepts connections and joins each to one of the ready pods, in turn.</summary>
internal sealed class ServiceListener : IDisposable
{
    private const int Backlog = 4096;

    private readonly RoutingTable _routing;
    private readonly Socket _socket;
    private volatile IPEndPoint[] _backends = [];
    private uint _turn;

    /// <exception cref="SocketException">The address can't be listened on.</exception>
    public ServiceListener(IPEndPoint address, RoutingTable routing)
    {
        _routing = routing;
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _socket.Bind(address);
            _socket.Listen(Backlog);
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }

        _ = AcceptAsync();
    }

    /// <summary>The pods that get new connections. Those that are open stay.</summary>
    public IReadOnlyList<IPEndPoint> Backends
    {
        get => _backends;
        set => _backends = [.. value];
    }

    /// <summary>Stops accepting; open connections stay.</summary>
    public void Dispose() => _socket.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var client = await _socket.AcceptAsync();
                client.NoDelay = true;
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is ObjectDisposedException || (e as SocketException)?.SocketErrorCode == SocketError.OperationAborted)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that left before it was accepted, or no file handle free: the next one may do better.
                await Task.Yield();
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            using var server = await DialAsync();
            if (server is null)
            {
                // No pod: the client sees a reset, as with a real Service without endpoints it sees a refusal.
                client.LingerState = new LingerOption(true, 0);
                return;
            }

            await Splice.RunAsync(client, server);
        }
    }

    private async Task<Socket?> DialAsync()
    {
        var backends = _backends;
        var first = Interlocked.Increment(ref _turn);
        for (var i = 0u; i < backends.Length; i++)
        {
            var backend = backends[(first + i) % (uint)backends.Length];
            if (!_routing.TryDial(backend.Address))
            {
                continue;
            }

            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(backend);
                return socket;
            }
            catch (SocketException)
            {
                // Crashed a moment ago: its EndpointSlice will follow. Nothing was sent yet, so another pod can take it.
                socket.Dispose();
            }
            finally
            {
                _routing.Dialed(backend.Address);
            }
        }

        return null;
    }
}
