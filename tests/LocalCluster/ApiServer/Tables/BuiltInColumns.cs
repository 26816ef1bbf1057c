using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Tables;

/// <summary>The columns of the built-in resources, as a real server has them.</summary>
internal static class BuiltInColumns
{
    private const string None = "<none>";

    public static readonly TableColumn Name = new("Name", (o, _) => o.TextAt("metadata", "name"), Format: "name", Description: "Name must be unique within a namespace.");

    public static readonly TableColumn Age = new("Age", (o, now) => Ages.Since(o.TextAt("metadata", "creationTimestamp"), now), Description: "Time since the object was created.");

    /// <summary>The columns of a resource: name and age where it has none of its own.</summary>
    public static IReadOnlyList<TableColumn> Of(ResourceType type) => (type.Group, type.Plural) switch
    {
        ("", "pods") => PodColumns.All,
        ("apps", "deployments") => Deployments,
        ("apps", "replicasets") => ReplicaSets,
        ("", "services") => Services,
        ("", "events") => EventColumns.Core,
        ("events.k8s.io", "events") => EventColumns.Newer,
        ("", "configmaps") => [Name, Number("Data", o => Count(o, "data") + Count(o, "binaryData")), Age],
        ("", "secrets") => [Name, Text("Type", o => o.TextAt("type")), Number("Data", o => Count(o, "data")), Age],
        ("", "serviceaccounts") => [Name, Number("Secrets", o => o.ArrayAt("secrets")?.Count ?? 0), Age],
        ("", "namespaces") => [Name, Text("Status", o => o.TextAt("status", "phase")), Age],
        ("", "nodes") => Nodes,
        ("coordination.k8s.io", "leases") => [Name, Text("Holder", o => o.TextAt("spec", "holderIdentity") ?? ""), Age],
        ("discovery.k8s.io", "endpointslices") => EndpointSlices,
        ("apiextensions.k8s.io", "customresourcedefinitions") => [Name, Text("Created At", o => o.TextAt("metadata", "creationTimestamp"))],
        ("rbac.authorization.k8s.io", "roles" or "clusterroles") => [Name, Text("Created At", o => o.TextAt("metadata", "creationTimestamp"))],
        ("rbac.authorization.k8s.io", "rolebindings" or "clusterrolebindings") =>
            [Name, Text("Role", o => $"{o.TextAt("roleRef", "kind")}/{o.TextAt("roleRef", "name")}"), Age],
        ("policy", "poddisruptionbudgets") =>
        [
            Name, Text("Min Available", o => Show(o.At("spec", "minAvailable")) ?? "N/A"), Text("Max Unavailable", o => Show(o.At("spec", "maxUnavailable")) ?? "N/A"),
            Number("Allowed Disruptions", o => o.NumberAt("status", "disruptionsAllowed") ?? 0), Age,
        ],
        _ => [Name, Age],
    };

    public static TableColumn Text(string name, Func<JsonObject, string?> cell, int priority = 0) => new(name, (o, _) => cell(o), Priority: priority);

    public static TableColumn Number(string name, Func<JsonObject, long> cell) => new(name, (o, _) => cell(o), "integer");

    /// <summary>Names or images of the containers of a pod spec, joined.</summary>
    public static string Containers(JsonObject value, string field, params ReadOnlySpan<string> spec) =>
        string.Join(',', (value.ObjectAt(spec).ArrayAt("containers") ?? []).Select(c => c.TextAt(field)));

    public static string Labels(JsonNode? labels) =>
        labels is JsonObject { Count: > 0 } map ? string.Join(',', map.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value.AsText()}")) : None;

    public static string? Show(JsonNode? value) => value is null ? null : value.AsText() ?? value.ToJsonString();

    private static long Count(JsonObject value, string field) => value.ObjectAt(field)?.Count ?? 0;

    private static IReadOnlyList<TableColumn> Deployments =>
    [
        Name,
        Text("Ready", o => $"{o.NumberAt("status", "readyReplicas") ?? 0}/{o.NumberAt("spec", "replicas") ?? 0}"),
        Number("Up-to-date", o => o.NumberAt("status", "updatedReplicas") ?? 0),
        Number("Available", o => o.NumberAt("status", "availableReplicas") ?? 0),
        Age,
        Text("Containers", o => Containers(o, "name", "spec", "template", "spec"), 1),
        Text("Images", o => Containers(o, "image", "spec", "template", "spec"), 1),
        Text("Selector", o => Labels(o.At("spec", "selector", "matchLabels")), 1),
    ];

    private static IReadOnlyList<TableColumn> ReplicaSets =>
    [
        Name,
        Number("Desired", o => o.NumberAt("spec", "replicas") ?? 0),
        Number("Current", o => o.NumberAt("status", "replicas") ?? 0),
        Number("Ready", o => o.NumberAt("status", "readyReplicas") ?? 0),
        Age,
        Text("Containers", o => Containers(o, "name", "spec", "template", "spec"), 1),
        Text("Images", o => Containers(o, "image", "spec", "template", "spec"), 1),
        Text("Selector", o => Labels(o.At("spec", "selector", "matchLabels")), 1),
    ];

    private static IReadOnlyList<TableColumn> Services =>
    [
        Name,
        Text("Type", o => o.TextAt("spec", "type")),
        Text("Cluster-IP", o => o.TextAt("spec", "clusterIP") ?? None),
        Text("External-IP", o => o.TextAt("spec", "externalName") ?? None),
        Text("Port(s)", Ports),
        Age,
        Text("Selector", o => Labels(o.At("spec", "selector")), 1),
    ];

    private static IReadOnlyList<TableColumn> Nodes =>
    [
        Name,
        Text("Status", o => o.ObjectsAt("status", "conditions").Any(c => c.TextAt("type") == "Ready" && c.TextAt("status") == "True") ? "Ready" : "NotReady"),
        Text("Roles", _ => None),
        Age,
        Text("Version", o => o.TextAt("status", "nodeInfo", "kubeletVersion") ?? ""),
        Text("Internal-IP", o => o.ObjectsAt("status", "addresses").FirstOrDefault(a => a.TextAt("type") == "InternalIP").TextAt("address") ?? None, 1),
        Text("OS-Image", o => o.TextAt("status", "nodeInfo", "osImage") ?? "<unknown>", 1),
        Text("Kernel-Version", o => o.TextAt("status", "nodeInfo", "kernelVersion") ?? "<unknown>", 1),
        Text("Container-Runtime", o => o.TextAt("status", "nodeInfo", "containerRuntimeVersion") ?? "<unknown>", 1),
    ];

    private static IReadOnlyList<TableColumn> EndpointSlices =>
    [
        Name,
        Text("AddressType", o => o.TextAt("addressType")),
        Text("Ports", o => Joined(o.ObjectsAt("ports").Select(p => Show(p["port"])))),
        Text("Endpoints", o => Joined(o.ObjectsAt("endpoints").SelectMany(e => e.ArrayAt("addresses") ?? []).Select(a => a.AsText()))),
        Age,
    ];

    private static string Ports(JsonObject service) => Joined(service.ObjectsAt("spec", "ports").Select(p => $"{Show(p["port"])}/{p.TextAt("protocol") ?? "TCP"}"));

    private static string Joined(IEnumerable<string?> texts) => string.Join(',', texts) is { Length: > 0 } joined ? joined : "<unset>";
}
