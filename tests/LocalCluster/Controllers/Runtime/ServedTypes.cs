using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Controllers.Runtime;

/// <summary>The resources that CustomResourceDefinitions add.</summary>
public static class ServedTypes
{
    /// <summary>The built-in resources that have owners, or owners' garbage, or content of a namespace.</summary>
    public static IReadOnlyList<ResourceType> BuiltIn { get; } =
    [
        ResourceTypes.ConfigMaps, ResourceTypes.Secrets, ResourceTypes.Services, ResourceTypes.ServiceAccounts, ResourceTypes.Pods,
        ResourceTypes.Deployments, ResourceTypes.ReplicaSets, ResourceTypes.EndpointSlices, ResourceTypes.Leases,
    ];

    /// <summary>The resource a CustomResourceDefinition stores, once it is established; else null.</summary>
    public static ResourceType? Of(JsonObject definition)
    {
        var version = definition.Items("spec", "versions").FirstOrDefault(v => v.Flag("storage")) ?? definition.Items("spec", "versions").FirstOrDefault();
        var established = Conditions.Find(definition.At("status"), "Established");
        return version is null || established.Text("status") != "True"
            ? null
            : new ResourceType(
                definition.Text("spec", "group") ?? "",
                version.Text("name") ?? "",
                definition.Text("spec", "names", "plural") ?? "",
                definition.Text("spec", "names", "kind") ?? "",
                definition.Text("spec", "scope") != "Cluster");
    }
}
