using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;

namespace Todo.Operator.Preflight.Dapr;

/// <summary>Whom the API server asks to change objects before they are stored.</summary>
[KubernetesEntity(Group = "admissionregistration.k8s.io", ApiVersion = "v1", Kind = "MutatingWebhookConfiguration", PluralName = "mutatingwebhookconfigurations")]
public sealed record V1MutatingWebhookConfiguration : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; set; } = "admissionregistration.k8s.io/v1";

    /// <inheritdoc/>
    public string? Kind { get; set; } = "MutatingWebhookConfiguration";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>The webhooks.</summary>
    public IList<V1MutatingWebhook>? Webhooks { get; set; }
}

/// <summary>One webhook.</summary>
public sealed record V1MutatingWebhook
{
    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>Where it is.</summary>
    public V1WebhookClientConfig? ClientConfig { get; set; }
}

/// <summary>Where a webhook is.</summary>
public sealed record V1WebhookClientConfig
{
    /// <summary>A Service; null for a URL.</summary>
    public V1WebhookService? Service { get; set; }
}

/// <summary>The Service behind a webhook.</summary>
public sealed record V1WebhookService
{
    /// <summary>Its namespace.</summary>
    public string? Namespace { get; set; }

    /// <summary>Its name.</summary>
    public string? Name { get; set; }
}

/// <summary>Where a Service leads.</summary>
[KubernetesEntity(Group = "discovery.k8s.io", ApiVersion = "v1", Kind = "EndpointSlice", PluralName = "endpointslices")]
public sealed record V1EndpointSlice : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; set; } = "discovery.k8s.io/v1";

    /// <inheritdoc/>
    public string? Kind { get; set; } = "EndpointSlice";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>The pods.</summary>
    public IList<V1SliceEndpoint>? Endpoints { get; set; }
}

/// <summary>One pod behind a Service.</summary>
public sealed record V1SliceEndpoint
{
    /// <summary>Its state.</summary>
    public V1SliceEndpointConditions? Conditions { get; set; }
}

/// <summary>State of a pod behind a Service.</summary>
public sealed record V1SliceEndpointConditions
{
    /// <summary>Takes requests; not known counts as ready.</summary>
    public bool? Ready { get; set; }
}
