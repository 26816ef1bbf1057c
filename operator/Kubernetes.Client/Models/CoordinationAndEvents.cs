using System.Text.Json.Serialization;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Serialization;

namespace Kubernetes.Client.Models;

/// <summary>Says who leads, and until when.</summary>
[KubernetesEntity(Group = "coordination.k8s.io", ApiVersion = "v1", Kind = "Lease", PluralName = "leases")]
public sealed record V1Lease : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "coordination.k8s.io/v1";

    public string? Kind { get; set; } = "Lease";

    public V1ObjectMeta Metadata { get; set; } = new();

    public V1LeaseSpec? Spec { get; set; }
}

/// <summary>Holder and times of a Lease.</summary>
public sealed record V1LeaseSpec
{
    public string? HolderIdentity { get; set; }

    public int? LeaseDurationSeconds { get; set; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; set; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; set; }

    public int? LeaseTransitions { get; set; }
}

/// <summary>A report of something that happened to an object (<c>events.k8s.io/v1</c>).</summary>
[KubernetesEntity(Group = "events.k8s.io", ApiVersion = "v1", Kind = "Event", PluralName = "events")]
public sealed record EventsV1Event : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "events.k8s.io/v1";

    public string? Kind { get; set; } = "Event";

    public V1ObjectMeta Metadata { get; set; } = new();

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? EventTime { get; set; }

    public EventsV1EventSeries? Series { get; set; }

    public string? ReportingController { get; set; }

    public string? ReportingInstance { get; set; }

    public string? Action { get; set; }

    public string? Reason { get; set; }

    public V1ObjectReference? Regarding { get; set; }

    public V1ObjectReference? Related { get; set; }

    public string? Note { get; set; }

    public string? Type { get; set; }
}

/// <summary>How often an event was repeated, and when last.</summary>
public sealed record EventsV1EventSeries
{
    public int? Count { get; set; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? LastObservedTime { get; set; }
}
