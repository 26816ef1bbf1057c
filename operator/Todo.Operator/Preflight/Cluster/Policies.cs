using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;

namespace Todo.Operator.Preflight.Cluster;

/// <summary>How many pods may be evicted at a time.</summary>
[KubernetesEntity(Group = "policy", ApiVersion = "v1", Kind = "PodDisruptionBudget", PluralName = "poddisruptionbudgets")]
public sealed record V1PodDisruptionBudget : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; set; } = "policy/v1";

    /// <inheritdoc/>
    public string? Kind { get; set; } = "PodDisruptionBudget";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What it should be.</summary>
    public V1PodDisruptionBudgetSpec? Spec { get; set; }
}

/// <summary>What a budget should be.</summary>
public sealed record V1PodDisruptionBudgetSpec
{
    /// <summary>Which pods.</summary>
    public V1LabelSelector? Selector { get; set; }

    /// <summary>How many must stay, or a percentage.</summary>
    public IntOrString? MinAvailable { get; set; }

    /// <summary>How many may go, or a percentage.</summary>
    public IntOrString? MaxUnavailable { get; set; }
}

/// <summary>What a namespace may use in all.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "ResourceQuota", PluralName = "resourcequotas")]
public sealed record V1ResourceQuota : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; set; } = "v1";

    /// <inheritdoc/>
    public string? Kind { get; set; } = "ResourceQuota";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What is observed: the limits that are in force and what is used of them.</summary>
    public V1ResourceQuotaStatus? Status { get; set; }
}

/// <summary>Limits and use.</summary>
public sealed record V1ResourceQuotaStatus
{
    /// <summary>The limits.</summary>
    public IDictionary<string, ResourceQuantity>? Hard { get; set; }

    /// <summary>The use.</summary>
    public IDictionary<string, ResourceQuantity>? Used { get; set; }
}
