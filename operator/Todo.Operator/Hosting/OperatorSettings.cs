using System.Globalization;
using System.Net;

namespace Todo.Operator.Hosting;

/// <summary>Settings of the process, from environment variables.</summary>
/// <param name="WatchNamespace"><c>WATCH_NAMESPACE</c>: the only namespace to look after; absent: all.</param>
/// <param name="LeaderElection"><c>LEADER_ELECTION</c>: whether several instances may run. Default true.</param>
/// <param name="LeaseNamespace"><c>POD_NAMESPACE</c>: where the Lease is. Default: the client's namespace.</param>
/// <param name="Identity"><c>POD_NAME</c>: name in the Lease. Default: the machine's name and a random part.</param>
/// <param name="HealthAddress"><c>HEALTH_BIND_ADDRESS</c>: address of /healthz, /readyz and /metrics. Default: all.</param>
/// <param name="HealthPort"><c>HEALTH_PORT</c>. Default 8081; 0: any free one.</param>
public sealed record OperatorSettings(
    string? WatchNamespace, bool LeaderElection, string? LeaseNamespace, string? Identity, IPAddress HealthAddress, int HealthPort)
{
    private const int DefaultHealthPort = 8081;

    /// <summary><c>MAX_MOVING</c>: how many platforms may be moved at the same time; the others wait. Rollbacks and deletions never wait. Default 1.</summary>
    public int MaxMoving { get; init; } = 1;

    /// <summary>What <c>--help</c> says of them.</summary>
    public const string Help =
        """
          KUBECONFIG           path of a kubeconfig; absent: the service account of the pod, else ~/.kube/config
          WATCH_NAMESPACE      the only namespace to look after; absent: all
          LEADER_ELECTION      true (default) or false
          POD_NAMESPACE        namespace of the Lease; absent: the client's
          POD_NAME             name of this instance in the Lease; absent: made up
          HEALTH_BIND_ADDRESS  address of /healthz, /readyz and /metrics; absent: all
          HEALTH_PORT          its port; default 8081
          MAX_MOVING           platforms that may be moved at the same time; default 1
        """;

    /// <summary>Reads and checks them.</summary>
    /// <exception cref="SettingsException">A variable is malformed; the message names it.</exception>
    public static OperatorSettings Read(Func<string, string?> variable) => new(
        Text(variable, "WATCH_NAMESPACE"),
        Flag(variable, "LEADER_ELECTION", fallback: true),
        Text(variable, "POD_NAMESPACE"),
        Text(variable, "POD_NAME"),
        Address(variable, "HEALTH_BIND_ADDRESS"),
        Port(variable, "HEALTH_PORT"))
    {
        MaxMoving = Count(variable, "MAX_MOVING"),
    };

    private static int Count(Func<string, string?> variable, string name) => Text(variable, name) switch
    {
        null => 1,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 => count,
        var other => throw new SettingsException($"{name} is \"{other}\"; it has to be a number from 1."),
    };

    private static string? Text(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } value ? value : null;

    private static bool Flag(Func<string, string?> variable, string name, bool fallback) => Text(variable, name) switch
    {
        null => fallback,
        "true" => true,
        "false" => false,
        var other => throw new SettingsException($"{name} is \"{other}\"; it has to be true or false."),
    };

    private static IPAddress Address(Func<string, string?> variable, string name) => Text(variable, name) switch
    {
        null => IPAddress.Any,
        var text when IPAddress.TryParse(text, out var address) => address,
        var other => throw new SettingsException($"{name} is \"{other}\"; it has to be an IP address."),
    };

    private static int Port(Func<string, string?> variable, string name) => Text(variable, name) switch
    {
        null => DefaultHealthPort,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort => port,
        var other => throw new SettingsException($"{name} is \"{other}\"; it has to be a port."),
    };
}

/// <summary>A setting is malformed.</summary>
public sealed class SettingsException(string message) : Exception(message);
