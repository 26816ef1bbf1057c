using System.Text.Json;
using System.Text.Json.Serialization;
using Kubernetes.Client.Entities;

namespace Kubernetes.Client.Models;

/// <summary>Keeps pods of one template running and replaces them step by step.</summary>
[KubernetesEntity(Group = "apps", ApiVersion = "v1", Kind = "Deployment", PluralName = "deployments")]
public sealed record V1Deployment : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "apps/v1";

    public string? Kind { get; set; } = "Deployment";

    public V1ObjectMeta Metadata { get; set; } = new();

    public V1DeploymentSpec? Spec { get; set; }

    public V1DeploymentStatus? Status { get; set; }
}

/// <summary>What a Deployment should be. Fields without a property of their own are kept in <see cref="Other"/>.</summary>
public sealed record V1DeploymentSpec
{
    public int? Replicas { get; set; }

    public V1LabelSelector? Selector { get; set; }

    public V1PodTemplateSpec? Template { get; set; }

    public V1DeploymentStrategy? Strategy { get; set; }

    public int? MinReadySeconds { get; set; }

    public int? RevisionHistoryLimit { get; set; }

    public int? ProgressDeadlineSeconds { get; set; }

    public bool? Paused { get; set; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>How a Deployment replaces its pods.</summary>
public sealed record V1DeploymentStrategy
{
    public string? Type { get; set; }

    public V1RollingUpdateDeployment? RollingUpdate { get; set; }
}

/// <summary>How many pods a rolling update may add and miss.</summary>
public sealed record V1RollingUpdateDeployment
{
    public IntOrString? MaxSurge { get; set; }

    public IntOrString? MaxUnavailable { get; set; }
}

/// <summary>What is observed of a Deployment.</summary>
public sealed record V1DeploymentStatus
{
    public long? ObservedGeneration { get; set; }

    public int? Replicas { get; set; }

    public int? UpdatedReplicas { get; set; }

    public int? ReadyReplicas { get; set; }

    public int? AvailableReplicas { get; set; }

    public int? UnavailableReplicas { get; set; }

    public IList<V1DeploymentCondition>? Conditions { get; set; }
}

/// <summary>A condition of a Deployment.</summary>
public sealed record V1DeploymentCondition
{
    public string? Type { get; set; }

    public string? Status { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public DateTimeOffset? LastTransitionTime { get; set; }

    public DateTimeOffset? LastUpdateTime { get; set; }
}

/// <summary>One revision of a Deployment.</summary>
[KubernetesEntity(Group = "apps", ApiVersion = "v1", Kind = "ReplicaSet", PluralName = "replicasets")]
public sealed record V1ReplicaSet : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "apps/v1";

    public string? Kind { get; set; } = "ReplicaSet";

    public V1ObjectMeta Metadata { get; set; } = new();

    public V1ReplicaSetSpec? Spec { get; set; }

    public V1ReplicaSetStatus? Status { get; set; }
}

/// <summary>What a ReplicaSet should be.</summary>
public sealed record V1ReplicaSetSpec
{
    public int? Replicas { get; set; }

    public int? MinReadySeconds { get; set; }

    public V1LabelSelector? Selector { get; set; }

    public V1PodTemplateSpec? Template { get; set; }
}

/// <summary>What is observed of a ReplicaSet.</summary>
public sealed record V1ReplicaSetStatus
{
    public long? ObservedGeneration { get; set; }

    public int? Replicas { get; set; }

    public int? ReadyReplicas { get; set; }

    public int? AvailableReplicas { get; set; }

    public int? FullyLabeledReplicas { get; set; }
}
