using System.Text.Json.Nodes;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Node.Probes;

/// <summary>What a probe, or a lifecycle hook, does.</summary>
internal abstract record ProbeAction
{
    /// <summary>GET; 200 to 399 is success.</summary>
    public sealed record HttpGet(Uri Uri, IReadOnlyList<(string Name, string Value)> Headers) : ProbeAction;

    /// <summary>Opens a connection.</summary>
    public sealed record TcpSocket(string Host, int Port) : ProbeAction;

    /// <summary>Runs a command in the container's environment; exit code 0 is success.</summary>
    public sealed record Exec(IReadOnlyList<string> Command) : ProbeAction;

    /// <summary>Waits (lifecycle hooks only).</summary>
    public sealed record Sleep(TimeSpan Duration) : ProbeAction;

    /// <summary>Reads an action. Named ports are looked up in the container's.</summary>
    public static ProbeAction? Of(JsonNode? handler, JsonObject container, string podAddress)
    {
        if (handler.At("httpGet") is JsonObject http)
        {
            var scheme = http.Text("scheme") == "HTTPS" ? "https" : "http";
            var path = http.Text("path") ?? "/";
            var uri = new Uri($"{scheme}://{http.Text("host") ?? podAddress}:{PortOf(http.At("port"), container)}{(path.StartsWith('/') ? path : "/" + path)}");
            return new HttpGet(uri, [.. http.Items("httpHeaders").Select(header => (header.Text("name") ?? "", header.Text("value") ?? ""))]);
        }

        if (handler.At("tcpSocket") is JsonObject tcp)
        {
            return new TcpSocket(tcp.Text("host") ?? podAddress, PortOf(tcp.At("port"), container));
        }

        if (handler.At("exec") is JsonObject exec)
        {
            return new Exec([.. exec.Strings("command")]);
        }

        return handler.At("sleep") is JsonObject sleep ? new Sleep(TimeSpan.FromSeconds(sleep.Int("seconds") ?? 0)) : null;
    }

    private static int PortOf(JsonNode? port, JsonObject container) =>
        port.Int() ?? container.Items("ports").FirstOrDefault(named => named.Text("name") == port.Text())?.Int("containerPort")
        ?? (int.TryParse(port.Text(), out var number) ? number : 0);
}

/// <summary>A container's probe with Kubernetes' defaults.</summary>
internal sealed record ProbeSpec(
    ProbeAction Action, TimeSpan InitialDelay, TimeSpan Period, TimeSpan Timeout, int SuccessThreshold, int FailureThreshold, int? TerminationGracePeriodSeconds)
{
    /// <summary>Reads a probe; null when there is none.</summary>
    public static ProbeSpec? Of(JsonNode? probe, JsonObject container, string podAddress) =>
        ProbeAction.Of(probe, container, podAddress) is not { } action
            ? null
            : new(
                action,
                TimeSpan.FromSeconds(probe.Int("initialDelaySeconds") ?? 0),
                TimeSpan.FromSeconds(Math.Max(1, probe.Int("periodSeconds") ?? 10)),
                TimeSpan.FromSeconds(Math.Max(1, probe.Int("timeoutSeconds") ?? 1)),
                Math.Max(1, probe.Int("successThreshold") ?? 1),
                Math.Max(1, probe.Int("failureThreshold") ?? 3),
                probe.Int("terminationGracePeriodSeconds"));
}
