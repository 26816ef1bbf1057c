using LocalCluster.ApiServer.CustomResources;
using LocalCluster.ApiServer.Resources.Strategies;
using LocalCluster.ApiServer.Schemas;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tables;
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
        Of(MutatingWebhookConfigurations, ResourceStrategy.Plain),
        Of(CustomResourceDefinitions, new CustomResourceDefinitionStrategy(time), ["crd", "crds"], "api-extensions") with
        {
            HasStatus = true, AllowsUnconditionalUpdate = false,
        },
        Of(EventsV1, ResourceStrategy.Plain, ["ev"]) with { Storage = Events.Plural, View = new EventsView() },
        Review("authentication.k8s.io", "tokenreviews", "TokenReview"),
        Review("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview"),
        Review("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview"),
        Review("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
        Review("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview"),
    ];

    private static ResourceInfo Review(string group, string plural, string kind) =>
        Of(new ResourceType(group, "v1", plural, kind, Namespaced: false), ResourceStrategy.Plain) with { IsReview = true };

    private static ResourceInfo Of(ResourceType type, ResourceStrategy strategy, string[]? shortNames = null, params string[] categories) => new()
    {
        Type = type,
        Storage = type.Group.Length == 0 ? type.Plural : $"{type.Group}/{type.Plural}",
        Strategy = strategy,
        Schema = BuiltInSchemas.Of(type),
        Columns = BuiltInColumns.Of(type),
        ShortNames = shortNames ?? [],
        Categories = categories,
    };
}
