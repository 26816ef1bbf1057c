using System.Text.Json;
using System.Text.Json.Serialization;
using Kubernetes.Client.Entities;

namespace Kubernetes.Client.Models;

/// <summary>An object of any kind: metadata is typed, everything else is kept as JSON.</summary>
public sealed record UnstructuredObject : IKubernetesObject
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta Metadata { get; set; } = new();

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Fields { get; set; }
}
