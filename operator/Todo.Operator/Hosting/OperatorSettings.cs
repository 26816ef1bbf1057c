using System.Net;
using Todo.Operator.Telemetry;

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

    /// <summary><c>OTEL_*</c>: where traces go; null: none are made.</summary>
    public TracingSettings? Tracing { get; init; }

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

        """ + TracingSettings.Help;

    /// <summary>Reads and checks them.</summary>
    /// <exception cref="SettingsException">A variable is malformed; the message names it.</exception>
    public static OperatorSettings Read(Func<string, string?> variable)
    {
        var settings = new Variables(variable);
        return new(
            settings.Text("WATCH_NAMESPACE"),
            settings.Flag("LEADER_ELECTION", fallback: true),
            settings.Text("POD_NAMESPACE"),
            settings.Text("POD_NAME"),
            settings.Address("HEALTH_BIND_ADDRESS"),
            settings.Port("HEALTH_PORT", DefaultHealthPort))
        {
            MaxMoving = settings.Number("MAX_MOVING", 1),
            Tracing = TracingSettings.Read(variable),
        };
    }
}
