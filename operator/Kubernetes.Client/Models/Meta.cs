using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kubernetes.Client.Models;

/// <summary>Metadata that every object has.</summary>
public sealed record V1ObjectMeta
{
    public string? Name { get; set; }

    public string? GenerateName { get; set; }

    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    public string? Uid { get; set; }

    public string? ResourceVersion { get; set; }

    public long? Generation { get; set; }

    public DateTimeOffset? CreationTimestamp { get; set; }

    public DateTimeOffset? DeletionTimestamp { get; set; }

    public long? DeletionGracePeriodSeconds { get; set; }

    public IDictionary<string, string>? Labels { get; set; }

    public IDictionary<string, string>? Annotations { get; set; }

    public IList<V1OwnerReference>? OwnerReferences { get; set; }

    public IList<string>? Finalizers { get; set; }

    public IList<V1ManagedFieldsEntry>? ManagedFields { get; set; }
}

/// <summary>An object that another one belongs to.</summary>
public sealed record V1OwnerReference
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public string? Name { get; set; }

    public string? Uid { get; set; }

    public bool? Controller { get; set; }

    public bool? BlockOwnerDeletion { get; set; }
}

/// <summary>The fields that one manager has set.</summary>
public sealed record V1ManagedFieldsEntry
{
    public string? Manager { get; set; }

    public string? Operation { get; set; }

    public string? ApiVersion { get; set; }

    public string? Subresource { get; set; }

    public DateTimeOffset? Time { get; set; }

    public string? FieldsType { get; set; }

    public JsonElement? FieldsV1 { get; set; }
}

/// <summary>Metadata of a list.</summary>
public sealed record V1ListMeta
{
    public string? ResourceVersion { get; set; }

    [JsonPropertyName("continue")]
    public string? ContinueProperty { get; set; }

    public long? RemainingItemCount { get; set; }
}

/// <summary>One observed aspect of an object, in the shape that <c>kubectl wait --for=condition=</c> reads.</summary>
public sealed record V1Condition
{
    /// <summary>Name of the condition, CamelCase; unique in the list.</summary>
    public string? Type { get; set; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public string? Status { get; set; }

    /// <summary>The generation of the object that this was observed for.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>When the status last changed from one value to another.</summary>
    public DateTimeOffset? LastTransitionTime { get; set; }

    /// <summary>One CamelCase word that says why.</summary>
    public string? Reason { get; set; }

    /// <summary>The same for people.</summary>
    public string? Message { get; set; }
}

/// <summary>The answer of the API server to a failed request, and to some successful ones.</summary>
public sealed record V1Status
{
    public string? ApiVersion { get; set; } = "v1";

    public string? Kind { get; set; } = "Status";

    public V1ListMeta? Metadata { get; set; }

    public string? Status { get; set; }

    public string? Message { get; set; }

    public string? Reason { get; set; }

    public V1StatusDetails? Details { get; set; }

    public int? Code { get; set; }
}

/// <summary>What a <see cref="V1Status"/> is about.</summary>
public sealed record V1StatusDetails
{
    public string? Name { get; set; }

    public string? Group { get; set; }

    public string? Kind { get; set; }

    public string? Uid { get; set; }

    public IList<V1StatusCause>? Causes { get; set; }

    public int? RetryAfterSeconds { get; set; }
}

/// <summary>One of several reasons for a failure, with the field it is about.</summary>
public sealed record V1StatusCause
{
    public string? Reason { get; set; }

    public string? Message { get; set; }

    public string? Field { get; set; }
}

/// <summary>Selects objects by their labels.</summary>
public sealed record V1LabelSelector
{
    public IDictionary<string, string>? MatchLabels { get; set; }

    public IList<V1LabelSelectorRequirement>? MatchExpressions { get; set; }
}

/// <summary>One requirement of a label selector.</summary>
public sealed record V1LabelSelectorRequirement
{
    public string? Key { get; set; }

    [JsonPropertyName("operator")]
    public string? OperatorProperty { get; set; }

    public IList<string>? Values { get; set; }
}
