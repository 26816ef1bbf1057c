using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Controllers.Endpoints;

/// <summary>The EndpointSlices that a Service and its pods ask for: a pure function.</summary>
public static class EndpointSlices
{
    /// <summary>Label that names the Service.</summary>
    public const string ServiceLabel = "kubernetes.io/service-name";

    /// <summary>Label that names who keeps the slice.</summary>
    public const string ManagedByLabel = "endpointslice.kubernetes.io/managed-by";

    /// <summary>Value of <see cref="ManagedByLabel"/> for slices made here.</summary>
    public const string Manager = "endpointslice-controller.k8s.io";

    /// <summary>
    /// One slice for each set of resolved target ports (a named port may differ from pod to pod). Without pods: one empty slice.
    /// </summary>
    public static IReadOnlyList<JsonObject> Build(JsonObject service, IEnumerable<JsonObject> pods)
    {
        var byPorts = pods
            .Where(pod => !PodFacts.IsFinished(pod) && pod.Text("status", "podIP") is { Length: > 0 })
            .GroupBy(pod => Ports(service, pod).ToJsonString(), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Slice(service, (JsonArray)JsonNode.Parse(group.Key)!, group.OrderBy(pod => pod.Name(), StringComparer.Ordinal)))
            .ToList();
        return byPorts.Count > 0 ? byPorts : [Slice(service, [], [])];
    }

    /// <summary>The number of a target port (a number, a name of a container port, or by default the Service's own port) on a pod.</summary>
    public static int? TargetPort(JsonObject servicePort, JsonObject pod)
    {
        var target = servicePort.At("targetPort");
        if (target.Int() is { } number)
        {
            return number == 0 ? servicePort.Int("port") : number;
        }

        return target.Text() is { } name
            ? pod.Items("spec", "containers").SelectMany(container => container.Items("ports")).FirstOrDefault(port => port.Text("name") == name)?.Int("containerPort")
            : servicePort.Int("port");
    }

    private static JsonArray Ports(JsonObject service, JsonObject pod)
    {
        var ports = new JsonArray();
        foreach (var port in service.Items("spec", "ports"))
        {
            if (TargetPort(port, pod) is { } number)
            {
                ports.Add((JsonNode)new JsonObject
                {
                    ["name"] = port.Text("name") ?? "",
                    ["port"] = number,
                    ["protocol"] = port.Text("protocol") ?? "TCP",
                });
            }
        }

        return ports;
    }

    private static JsonObject Slice(JsonObject service, JsonArray ports, IEnumerable<JsonObject> pods)
    {
        var publishUnready = service.Flag("spec", "publishNotReadyAddresses");
        return new JsonObject
        {
            ["apiVersion"] = ResourceTypes.EndpointSlices.ApiVersion,
            ["kind"] = "EndpointSlice",
            ["metadata"] = new JsonObject
            {
                ["generateName"] = service.Name() + "-",
                ["namespace"] = service.Namespace(),
                ["labels"] = new JsonObject { [ServiceLabel] = service.Name(), [ManagedByLabel] = Manager },
                ["ownerReferences"] = new JsonArray(Metadata.OwnerReference(service, "v1", "Service")),
            },
            ["addressType"] = "IPv4",
            ["endpoints"] = new JsonArray([.. pods.Select(pod => Endpoint(pod, publishUnready))]),
            ["ports"] = ports,
        };
    }

    private static JsonObject Endpoint(JsonObject pod, bool publishUnready)
    {
        var terminating = pod.IsTerminating();
        var serving = publishUnready || PodFacts.IsReady(pod);
        return new JsonObject
        {
            ["addresses"] = new JsonArray(pod.Text("status", "podIP")),
            ["conditions"] = new JsonObject
            {
                ["ready"] = publishUnready || (serving && !terminating),
                ["serving"] = serving,
                ["terminating"] = terminating,
            },
            ["nodeName"] = pod.Text("spec", "nodeName"),
            ["targetRef"] = new JsonObject
            {
                ["kind"] = "Pod",
                ["namespace"] = pod.Namespace(),
                ["name"] = pod.Name(),
                ["uid"] = pod.Uid(),
            },
        };
    }
}
