using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;

namespace Todo.Operator.Generation;

/// <summary>One of Dapr's custom resources; what is not metadata stays JSON, because only the generator decides about it.</summary>
public abstract record DaprObject : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What it says.</summary>
    public JsonText? Spec { get; set; }

    /// <summary>The app-ids that it is for; null: all of the namespace.</summary>
    public JsonText? Scopes { get; set; }
}

/// <summary>A connection to a broker or store.</summary>
[KubernetesEntity(Group = "dapr.io", ApiVersion = "v1alpha1", Kind = "Component", PluralName = "components")]
public sealed record DaprComponent : DaprObject
{
    /// <summary>Which secret store its references are for; null: Kubernetes.</summary>
    public JsonText? Auth { get; set; }
}

/// <summary>A route from a topic to an app.</summary>
[KubernetesEntity(Group = "dapr.io", ApiVersion = "v2alpha1", Kind = "Subscription", PluralName = "subscriptions")]
public sealed record DaprSubscription : DaprObject;

/// <summary>Retries and time limits.</summary>
[KubernetesEntity(Group = "dapr.io", ApiVersion = "v1alpha1", Kind = "Resiliency", PluralName = "resiliencies")]
public sealed record DaprResiliency : DaprObject;

/// <summary>Settings of sidecars.</summary>
[KubernetesEntity(Group = "dapr.io", ApiVersion = "v1alpha1", Kind = "Configuration", PluralName = "configurations")]
public sealed record DaprConfiguration : DaprObject;
