using System.Text.Json.Serialization;
using Kubernetes.Client.Entities;

namespace Kubernetes.Client.Models;

/// <summary>Whom the API server asks to change objects before they are stored.</summary>
[KubernetesEntity(Group = "admissionregistration.k8s.io", ApiVersion = "v1", Kind = "MutatingWebhookConfiguration", PluralName = "mutatingwebhookconfigurations")]
[EntityScope(EntityScope.Cluster)]
public sealed record V1MutatingWebhookConfiguration : IKubernetesObject
{
    public string? ApiVersion { get; set; } = "admissionregistration.k8s.io/v1";

    public string? Kind { get; set; } = "MutatingWebhookConfiguration";

    public V1ObjectMeta Metadata { get; set; } = new();

    public IList<V1MutatingWebhook>? Webhooks { get; set; }
}

/// <summary>One webhook of a configuration.</summary>
public sealed record V1MutatingWebhook
{
    public string? Name { get; set; }

    public V1WebhookClientConfig? ClientConfig { get; set; }
}

/// <summary>Where a webhook is: behind a Service, or (with none) at a URL.</summary>
public sealed record V1WebhookClientConfig
{
    public V1ServiceReference? Service { get; set; }
}

/// <summary>A Service by name.</summary>
public sealed record V1ServiceReference
{
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    public string? Name { get; set; }
}
