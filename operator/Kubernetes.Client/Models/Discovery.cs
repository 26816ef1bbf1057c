using Kubernetes.Client.Entities;

namespace Kubernetes.Client.Models;

/// <summary>Where a Service leads.</summary>
[KubernetesEntity(Group = "discovery.k8s.io", ApiVersion = "v1", Kind = "EndpointSlice", PluralName = "endpointslices")]
public sealed record V1EndpointSlice : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "discovery.k8s.io/v1";

    public string? Kind { get; set; } = "EndpointSlice";

    public V1ObjectMeta Metadata { get; set; } = new();

    public IList<V1Endpoint>? Endpoints { get; set; }
}

/// <summary>One pod behind a Service.</summary>
public sealed record V1Endpoint
{
    public V1EndpointConditions? Conditions { get; set; }
}

/// <summary>State of a pod behind a Service.</summary>
public sealed record V1EndpointConditions
{
    /// <summary>Takes requests; not known counts as ready.</summary>
    public bool? Ready { get; set; }
}

/// <summary>The groups that a server has (<c>/apis</c>).</summary>
public sealed record V1APIGroupList
{
    public IList<V1APIGroup> Groups { get; set; } = [];
}

/// <summary>An API group with its versions.</summary>
public sealed record V1APIGroup
{
    public string? Name { get; set; }

    public IList<V1GroupVersionForDiscovery>? Versions { get; set; }

    public V1GroupVersionForDiscovery? PreferredVersion { get; set; }
}

/// <summary>A version of a group.</summary>
public sealed record V1GroupVersionForDiscovery
{
    public string? GroupVersion { get; set; }

    public string? Version { get; set; }
}

/// <summary>The resources of one version of a group.</summary>
public sealed record V1APIResourceList
{
    public string? GroupVersion { get; set; }

    public IList<V1APIResource> Resources { get; set; } = [];
}

/// <summary>A resource, or (<c>deployments/scale</c>) a subresource.</summary>
public sealed record V1APIResource
{
    public string? Name { get; set; }

    public string? SingularName { get; set; }

    public string? Kind { get; set; }

    public bool? Namespaced { get; set; }

    public IList<string>? Verbs { get; set; }

    public IList<string>? ShortNames { get; set; }

    public IList<string>? Categories { get; set; }
}

/// <summary>The version of a server.</summary>
public sealed record VersionInfo
{
    public string? Major { get; set; }

    public string? Minor { get; set; }

    public string? GitVersion { get; set; }
}
