using LocalCluster.ApiServer.CustomResources;
using LocalCluster.ApiServer.Resources.Strategies;
using LocalCluster.ApiServer.Storage;
using static LocalCluster.ApiServer.Storage.ResourceTypes;

namespace LocalCluster.ApiServer.Resources;

/// <summary>The resources that are there without a CustomResourceDefinition.</summary>
internal static class BuiltInResources
{
    private static readonly ScalePaths WorkloadScale = new(["spec", "replicas"], ["status", "replicas"], ["spec", "selector"]);

    public static IReadOnlyList<ResourceInfo> All(ServiceAddresses addresses, TimeProvider time) =>
    [
        Of(Namespaces, new NamespaceStrategy(), ["ns"]) with { HasStatus = true, OtherSubresources = [("finalize", "Namespace")] },
        Of(ConfigMaps, new ConfigMapStrategy(), ["cm"]),
        Of(Secrets, new SecretStrategy()),
        Of(Services, new ServiceStrategy(addresses), ["svc"], "all") with { HasStatus = true, OtherSubresources = [("proxy", "ServiceProxyOptions")] },
        Of(ServiceAccounts, ResourceStrategy.Plain, ["sa"]),
        Of(Pods, new PodStrategy(), ["po"], "all") with { HasStatus = true, OtherSubresources = [("log", "Pod"), ("proxy", "PodProxyOptions")] },
        Of(Events, ResourceStrategy.Plain, ["ev"]),
        Of(Nodes, ResourceStrategy.Plain, ["no"]) with { HasStatus = true },
        Of(ResourceQuotas, ResourceStrategy.Plain, ["quota"]) with { HasStatus = true },
        Of(Deployments, new DeploymentStrategy(), ["deploy"], "all") with { HasStatus = true, Scale = WorkloadScale },
        Of(ReplicaSets, new WorkloadStrategy(), ["rs"], "all") with { HasStatus = true, Scale = WorkloadScale },
        Of(EndpointSlices, new CountedBodyStrategy()),
        Of(Leases, ResourceStrategy.Plain) with { AllowsUnconditionalUpdate = false },
        Of(PodDisruptionBudgets, new CountedStrategy(), ["pdb"]) with { HasStatus = true },
        Of(Roles, new RbacStrategy()),
        Of(RoleBindings, new RbacStrategy()),
        Of(ClusterRoles, new RbacStrategy()),
        Of(ClusterRoleBindings, new RbacStrategy()),
        Of(CustomResourceDefinitions, new CustomResourceDefinitionStrategy(time), ["crd", "crds"], "api-extensions") with
        {
            HasStatus = true, AllowsUnconditionalUpdate = false,
        },
    ];

    private static ResourceInfo Of(ResourceType type, ResourceStrategy strategy, string[]? shortNames = null, params string[] categories) => new()
    {
        Type = type,
        Storage = type.Group.Length == 0 ? type.Plural : $"{type.Group}/{type.Plural}",
        Strategy = strategy,
        ShortNames = shortNames ?? [],
        Categories = categories,
    };
}
