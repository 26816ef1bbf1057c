using System.Net;
using System.Text.Json.Nodes;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Node.Proxy;

/// <summary>A port of a Service and the pods behind it.</summary>
internal sealed record ServiceRoute(IPEndPoint Address, IReadOnlyList<IPEndPoint> Backends);

/// <summary>What a Service and its EndpointSlices ask the proxy for: a pure function.</summary>
internal static class ServiceRoutes
{
    /// <summary>The TCP ports of a Service with a cluster address, each with its ready endpoints.</summary>
    public static IReadOnlyList<ServiceRoute> Of(JsonObject service, IReadOnlyCollection<JsonObject> slices)
    {
        if (!IPAddress.TryParse(service.Text("spec", "clusterIP"), out var address))
        {
            // Headless, or not allocated yet.
            return [];
        }

        return [.. service.Items("spec", "ports")
            .Where(port => (port.Text("protocol") ?? "TCP") == "TCP")
            .Select(port => new ServiceRoute(new IPEndPoint(address, port.Int("port") ?? 0), Backends(port.Text("name") ?? "", slices)))];
    }

    private static List<IPEndPoint> Backends(string portName, IReadOnlyCollection<JsonObject> slices) =>
        [.. from slice in slices
            from port in slice.Items("ports")
            where (port.Text("name") ?? "") == portName
            from endpoint in slice.Items("endpoints")
            where IsReady(endpoint)
            from address in endpoint.Strings("addresses")
            select new IPEndPoint(IPAddress.Parse(address), port.Int("port") ?? 0)];

    // Absent means ready, says the API.
    private static bool IsReady(JsonObject endpoint) => endpoint.At("conditions", "ready") is null || endpoint.Flag("conditions", "ready");
}
