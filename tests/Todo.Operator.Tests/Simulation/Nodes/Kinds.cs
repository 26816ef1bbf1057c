using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Todo.Operator.Generation;
using Todo.Operator.Resource;

namespace Todo.Operator.Tests.Simulation.Nodes;

/// <summary>The resources that the simulated cluster knows something about.</summary>
internal static class Kinds
{
    public const string Namespace = "default";

    public static KubernetesEntityDefinition Platform { get; } = KubernetesEntityDefinition.Of<V1Alpha1TodoPlatform>();

    public static KubernetesEntityDefinition Deployment { get; } = KubernetesEntityDefinition.Of<V1Deployment>();

    public static KubernetesEntityDefinition Pod { get; } = KubernetesEntityDefinition.Of<V1Pod>();

    public static KubernetesEntityDefinition Secret { get; } = KubernetesEntityDefinition.Of<V1Secret>();

    public static KubernetesEntityDefinition Component { get; } = KubernetesEntityDefinition.Of<DaprComponent>();

    public static KubernetesEntityDefinition Subscription { get; } = KubernetesEntityDefinition.Of<DaprSubscription>();

    public static KubernetesEntityDefinition Resiliency { get; } = KubernetesEntityDefinition.Of<DaprResiliency>();

    public static KubernetesEntityDefinition Configuration { get; } = KubernetesEntityDefinition.Of<DaprConfiguration>();

    public static IReadOnlyList<KubernetesEntityDefinition> Dapr { get; } = [Component, Subscription, Resiliency, Configuration];
}
