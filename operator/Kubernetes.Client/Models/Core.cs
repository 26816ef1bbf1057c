using Kubernetes.Client.Entities;

namespace Kubernetes.Client.Models;

/// <summary>Plain configuration.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "ConfigMap", PluralName = "configmaps")]
public sealed record V1ConfigMap : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "v1";

    public string? Kind { get; set; } = "ConfigMap";

    public V1ObjectMeta Metadata { get; set; } = new();

    public IDictionary<string, string>? Data { get; set; }

    public IDictionary<string, byte[]>? BinaryData { get; set; }

    public bool? Immutable { get; set; }
}

/// <summary>Confidential configuration.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "Secret", PluralName = "secrets")]
public sealed record V1Secret : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "v1";

    public string? Kind { get; set; } = "Secret";

    public V1ObjectMeta Metadata { get; set; } = new();

    public string? Type { get; set; }

    public IDictionary<string, byte[]>? Data { get; set; }

    public IDictionary<string, string>? StringData { get; set; }

    public bool? Immutable { get; set; }
}

/// <summary>A scope for names.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "Namespace", PluralName = "namespaces")]
[EntityScope(EntityScope.Cluster)]
public sealed record V1Namespace : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "v1";

    public string? Kind { get; set; } = "Namespace";

    public V1ObjectMeta Metadata { get; set; } = new();

    public V1NamespaceStatus? Status { get; set; }
}

/// <summary>Whether a namespace is in use or being deleted.</summary>
public sealed record V1NamespaceStatus
{
    public string? Phase { get; set; }
}

/// <summary>A stable address for a set of pods.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "Service", PluralName = "services")]
public sealed record V1Service : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "v1";

    public string? Kind { get; set; } = "Service";

    public V1ObjectMeta Metadata { get; set; } = new();

    public V1ServiceSpec? Spec { get; set; }
}

/// <summary>What a Service should be.</summary>
public sealed record V1ServiceSpec
{
    public string? Type { get; set; }

    public string? ClusterIP { get; set; }

    public IDictionary<string, string>? Selector { get; set; }

    public IList<V1ServicePort>? Ports { get; set; }
}

/// <summary>A port of a Service.</summary>
public sealed record V1ServicePort
{
    public string? Name { get; set; }

    public string? Protocol { get; set; }

    public int? Port { get; set; }

    public IntOrString? TargetPort { get; set; }

    public int? NodePort { get; set; }
}

/// <summary>A reference to an object anywhere.</summary>
public sealed record V1ObjectReference
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public string? Name { get; set; }

    [System.Text.Json.Serialization.JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    public string? Uid { get; set; }

    public string? ResourceVersion { get; set; }

    public string? FieldPath { get; set; }
}
