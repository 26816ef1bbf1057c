using System.Globalization;
using System.Net.Sockets;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight;

/// <summary>The broker that is asked for accepts connections from here.</summary>
public sealed class BrokerCheck : IPreflightCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public string Name => "broker";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var wanted = context.Observed.Wanted;
        if (!wanted.AnyDapr)
        {
            return [CheckResult.Passed(Name, "The services' own client has its own settings.")];
        }

        var spec = context.Generation.Spec;
        IReadOnlyList<string> addresses = wanted.Broker == Broker.Kafka ? spec.Kafka.Brokers : [spec.Redis.Host ?? string.Empty];
        var tried = await Task.WhenAll(addresses.Select(a => ConnectAsync(a, cancellationToken)));
        return [.. addresses.Zip(tried, (address, problem) => Judge(wanted.Broker, address, problem, tried))];
    }

    private CheckResult Judge(Broker broker, string address, string? problem, string?[] tried)
    {
        var name = $"{Name}/{(address.Length == 0 ? broker.Name() : address)}";
        return problem is null
            ? CheckResult.Passed(name, $"{broker.Name()} accepts connections.")
            : tried.Any(t => t is null)
                ? CheckResult.Warning(name, $"{problem} Other brokers of the list do.")
                : CheckResult.Failed(name, $"{problem} Is {broker.Name()} running, and may the operator's pod reach it?");
    }

    private static async Task<string?> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var colon = address.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return $"\"{address}\" is not host:port.";
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Limit);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address[..colon], port, timeout.Token);
            return null;
        }
        catch (SocketException e)
        {
            return $"{address} does not accept connections ({e.SocketErrorCode}).";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{address} does not answer within {Limit.TotalSeconds:0} s.";
        }
    }
}
