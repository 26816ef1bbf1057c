using System.Net;
using System.Net.Sockets;

namespace LocalCluster.Node.Tests.Support;

/// <summary>Sends back what it gets.</summary>
public sealed class EchoServer : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private int _connections;
    private int _open;

    public EchoServer(IPAddress address)
    {
        _socket.Bind(new IPEndPoint(address, 0));
        _socket.Listen(1024);
        EndPoint = new IPEndPoint(address, ((IPEndPoint)_socket.LocalEndPoint!).Port);
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    public int Connections => Volatile.Read(ref _connections);

    public int Open => Volatile.Read(ref _open);

    public void Dispose() => _socket.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _socket.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        Interlocked.Increment(ref _connections);
        Interlocked.Increment(ref _open);
        using (client)
        {
            client.NoDelay = true;
            var buffer = new byte[1 << 16];
            try
            {
                int read;
                while ((read = await client.ReceiveAsync(buffer)) > 0)
                {
                    for (var sent = 0; sent < read;)
                    {
                        sent += await client.SendAsync(buffer.AsMemory(sent, read - sent));
                    }
                }
            }
            catch (SocketException)
            {
                // Reset by the other side.
            }
        }

        Interlocked.Decrement(ref _open);
    }
}
