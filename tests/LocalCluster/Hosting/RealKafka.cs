using System.Globalization;
using System.Net.Sockets;
using LocalCluster.Dependencies;

namespace LocalCluster.Hosting;

/// <summary>A Kafka that <c>KAFKA_BOOTSTRAP</c> names, in place of the test double.</summary>
internal static class RealKafka
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Returns when one of the brokers accepts a connection.</summary>
    /// <exception cref="ClusterException">None does, or the text is not <c>host:port,...</c>.</exception>
    public static async Task CheckAsync(string bootstrap, CancellationToken cancellationToken)
    {
        foreach (var broker in bootstrap.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = broker.LastIndexOf(':');
            if (colon <= 0 || !ushort.TryParse(broker[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                throw new ClusterException($"KAFKA_BOOTSTRAP: '{broker}' is not host:port.");
            }

            if (await AcceptsAsync(broker[..colon], port, cancellationToken))
            {
                return;
            }
        }

        throw new ClusterException($"KAFKA_BOOTSTRAP: no broker of '{bootstrap}' accepts a connection. Start it, or unset the variable to use the test double.");
    }

    private static async Task<bool> AcceptsAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, limit.Token);
            return true;
        }
        catch (Exception refused) when (refused is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
