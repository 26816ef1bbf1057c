using System.Net;
using System.Net.Sockets;

namespace LocalCluster.Node.Proxy;

/// <summary>One port of a Service: accepts connections and joins each to one of the ready pods, in turn.</summary>
internal sealed class ServiceListener(IPEndPoint address, RoutingTable routing) : IDisposable
{
    private const int Backlog = 4096;

    private readonly Lock _lock = new();
    private volatile IPEndPoint[] _backends = [];
    private Socket? _socket;
    private uint _turn;

    /// <summary>
    /// The pods that get new connections; connections that are open stay. Without any the port is closed, so that clients are refused as
    /// by a real Service.
    /// </summary>
    /// <exception cref="SocketException">The address can't be listened on.</exception>
    public IReadOnlyList<IPEndPoint> Backends
    {
        get => _backends;
        set
        {
            lock (_lock)
            {
                _backends = [.. value];
                if (_backends.Length == 0)
                {
                    _socket?.Dispose();
                    _socket = null;
                }
                else if (_socket is null)
                {
                    _socket = Listen();
                    _ = AcceptAsync(_socket);
                }
            }
        }
    }

    /// <summary>Stops accepting; open connections stay.</summary>
    public void Dispose() => Backends = [];

    private Socket Listen()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(address);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (true)
        {
            try
            {
                var client = await listening.AcceptAsync();
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
                // All pods ended or crashed a moment ago, and the EndpointSlice does not say so yet.
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
            if (!routing.TryDial(backend.Address))
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
                routing.Dialed(backend.Address);
            }
        }

        return null;
    }
}
