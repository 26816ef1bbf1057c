using System.Net;
using System.Net.Sockets;
using LocalCluster.Node.Proxy;
using LocalCluster.Node.Tests.Support;

namespace LocalCluster.Node.Tests.Proxy;

public sealed class ServiceListenerTests : IDisposable
{
    private static int _next;

    private readonly RoutingTable _routing = new();
    private readonly IPEndPoint _address = new(IPAddress.Parse($"127.62.251.{Interlocked.Increment(ref _next)}"), 80);
    private readonly List<EchoServer> _servers = [];
    private readonly ServiceListener _listener;

    public ServiceListenerTests()
    {
        _listener = new ServiceListener(_address, _routing);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _servers.ForEach(server => server.Dispose());
    }

    [Fact]
    public async Task A_thousand_connections_at_once_are_spread_over_all_pods()
    {
        _listener.Backends = [Start(), Start(), Start()];
        var clients = new List<Socket>();
        for (var i = 0; i < 1000; i++)
        {
            clients.Add(await ConnectAsync());
        }

        await Task.WhenAll(clients.Select(async (client, i) => Assert.Equal($"hello {i}", await EchoAsync(client, $"hello {i}"))));
        Assert.All(_servers, server => Assert.InRange(server.Connections, 320, 350));
        clients.ForEach(client => client.Dispose());
        await Eventually.IsTrueAsync("closed behind", () => _servers.Sum(server => server.Open) == 0);
    }

    [Fact]
    public async Task Large_streams_come_through_unchanged_and_ends_are_passed_on()
    {
        _listener.Backends = [Start()];
        using var client = await ConnectAsync();
        var sent = new byte[20_000_000];
        Random.Shared.NextBytes(sent);
        var sending = Task.Run(async () =>
        {
            for (var offset = 0; offset < sent.Length;)
            {
                offset += await client.SendAsync(sent.AsMemory(offset));
            }

            // The server echoes the rest after it has seen the end: half a connection lives on.
            client.Shutdown(SocketShutdown.Send);
        });
        var received = new MemoryStream();
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await client.ReceiveAsync(buffer)) > 0)
        {
            received.Write(buffer, 0, read);
        }

        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received.GetBuffer().AsSpan(0, (int)received.Length)));
    }

    [Fact]
    public async Task A_stopped_pod_keeps_what_is_open_and_gets_nothing_new()
    {
        var (stopped, other) = (Start(), Start());
        _listener.Backends = [stopped];
        using var open = await ConnectAsync();
        Assert.Equal("before", await EchoAsync(open, "before"));

        _listener.Backends = [stopped, other];
        await _routing.StopAsync(stopped.Address);
        for (var i = 0; i < 10; i++)
        {
            using var client = await ConnectAsync();
            Assert.Equal("x", await EchoAsync(client, "x"));
        }

        Assert.Equal(1, _servers[0].Connections);
        Assert.Equal(10, _servers[1].Connections);
        Assert.Equal("after", await EchoAsync(open, "after"));

        _routing.Admit(stopped.Address);
        _listener.Backends = [stopped];
        using var again = await ConnectAsync();
        Assert.Equal("y", await EchoAsync(again, "y"));
    }

    [Fact]
    public async Task Stopping_waits_for_connections_that_are_being_opened()
    {
        var pod = IPAddress.Parse("127.62.1.1");
        Assert.True(_routing.TryDial(pod));
        Assert.True(_routing.TryDial(pod));
        var stopping = _routing.StopAsync(pod);
        Assert.False(_routing.TryDial(pod));
        _routing.Dialed(pod);
        Assert.False(stopping.IsCompleted);
        _routing.Dialed(pod);
        await stopping;
        Assert.True(_routing.StopAsync(pod).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_pod_that_refuses_is_passed_over_and_without_any_the_service_refuses()
    {
        var alive = Start();
        _listener.Backends = [new IPEndPoint(alive.Address, 9), alive];
        for (var i = 0; i < 4; i++)
        {
            using var client = await ConnectAsync();
            Assert.Equal("x", await EchoAsync(client, "x"));
        }

        _listener.Backends = [];
        var error = await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);

        _listener.Backends = [alive];
        using var back = await ConnectAsync();
        Assert.Equal("y", await EchoAsync(back, "y"));
    }

    private IPEndPoint Start()
    {
        var server = new EchoServer(IPAddress.Parse($"127.62.252.{Interlocked.Increment(ref _next)}"));
        _servers.Add(server);
        return server.EndPoint;
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_address);
        return socket;
    }

    private static async Task<string> EchoAsync(Socket socket, string text)
    {
        await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(text));
        var buffer = new byte[text.Length];
        var read = 0;
        while (read < buffer.Length)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(read));
            Assert.NotEqual(0, count);
            read += count;
        }

        return System.Text.Encoding.UTF8.GetString(buffer);
    }
}
