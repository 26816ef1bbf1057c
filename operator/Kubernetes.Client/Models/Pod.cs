using System.Text.Json;
using System.Text.Json.Serialization;
using Kubernetes.Client.Entities;

namespace Kubernetes.Client.Models;

/// <summary>One or more containers that run together.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "Pod", PluralName = "pods")]
public sealed record V1Pod : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "v1";

    public string? Kind { get; set; } = "Pod";

    public V1ObjectMeta Metadata { get; set; } = new();

    public V1PodSpec? Spec { get; set; }

    public V1PodStatus? Status { get; set; }
}

/// <summary>What a workload makes its pods from.</summary>
public sealed record V1PodTemplateSpec
{
    public V1ObjectMeta? Metadata { get; set; }

    public V1PodSpec? Spec { get; set; }
}

/// <summary>What a pod should run. Fields without a property of their own are kept in <see cref="Other"/>.</summary>
public sealed record V1PodSpec
{
    public IList<V1Container>? Containers { get; set; }

    public IList<V1Container>? InitContainers { get; set; }

    public string? NodeName { get; set; }

    public string? RestartPolicy { get; set; }

    public string? ServiceAccountName { get; set; }

    public long? TerminationGracePeriodSeconds { get; set; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>What is observed of a pod.</summary>
public sealed record V1PodStatus
{
    public string? Phase { get; set; }

    public string? PodIP { get; set; }

    public string? HostIP { get; set; }

    public string? Message { get; set; }

    public string? Reason { get; set; }

    public DateTimeOffset? StartTime { get; set; }

    public IList<V1PodCondition>? Conditions { get; set; }

    public IList<V1ContainerStatus>? ContainerStatuses { get; set; }

    public IList<V1ContainerStatus>? InitContainerStatuses { get; set; }
}

/// <summary>A condition of a pod.</summary>
public sealed record V1PodCondition
{
    public string? Type { get; set; }

    public string? Status { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public DateTimeOffset? LastProbeTime { get; set; }

    public DateTimeOffset? LastTransitionTime { get; set; }
}

/// <summary>What is observed of a container.</summary>
public sealed record V1ContainerStatus
{
    public string? Name { get; set; }

    public string? Image { get; set; }

    public string? ContainerID { get; set; }

    public bool? Ready { get; set; }

    public bool? Started { get; set; }

    public int? RestartCount { get; set; }

    public V1ContainerState? State { get; set; }

    public V1ContainerState? LastState { get; set; }
}

/// <summary>One of three states.</summary>
public sealed record V1ContainerState
{
    public V1ContainerStateRunning? Running { get; set; }

    public V1ContainerStateTerminated? Terminated { get; set; }

    public V1ContainerStateWaiting? Waiting { get; set; }
}

/// <summary>The container runs.</summary>
public sealed record V1ContainerStateRunning
{
    public DateTimeOffset? StartedAt { get; set; }
}

/// <summary>The container has ended.</summary>
public sealed record V1ContainerStateTerminated
{
    public int? ExitCode { get; set; }

    public int? Signal { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>The container does not run yet, or again.</summary>
public sealed record V1ContainerStateWaiting
{
    public string? Reason { get; set; }

    public string? Message { get; set; }
}
