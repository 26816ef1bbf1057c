using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LocalCluster.Dependencies;
using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.Redis;

namespace Todo.Operator.Tests.Preflight;

/// <summary>Stands in front of a Redis and passes everything on; what it answers to INFO is altered, for what no setting of a Redis of this machine makes it say.</summary>
internal sealed class AlteredRedis : IAsyncDisposable
{
    private readonly TcpListener _listener = new(Cluster.TestBackends.NextAddress(), 6379);
    private readonly CancellationTokenSource _stop = new();
    private readonly Endpoint _behind;
    private readonly Func<string, string> _info;

    public AlteredRedis(Endpoint behind, Func<string, string> info)
    {
        (_behind, _info) = (behind, info);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => ((IPEndPoint)_listener.LocalEndpoint).ToString();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var own = client;
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            await using var behind = await RedisClient.ConnectAsync(WireEndpoint.Parse(_behind.ToString())!, null, null, null, cancellationToken);
            while (await reader.ReadLineAsync(cancellationToken) is { } count)
            {
                var command = new string[int.Parse(count.AsSpan(1), CultureInfo.InvariantCulture)];
                for (var i = 0; i < command.Length; i++)
                {
                    await reader.ReadLineAsync(cancellationToken);
                    command[i] = (await reader.ReadLineAsync(cancellationToken))!;
                }

                var reply = await behind.AskAsync(cancellationToken, command);
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Write(command[0] == "INFO" ? new RedisReply(_info(reply.Text!)) : reply)), cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or WireFailure or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }

    private static string Write(RedisReply reply) => reply switch
    {
        { Error: { } error } => $"-{error}\r\n",
        { Items: { } items } => $"*{items.Count}\r\n{string.Concat(items.Select(Write))}",
        { Text: { } text } => $"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n",
        _ => "$-1\r\n",
    };
}
