using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Schemas;

/// <summary>
/// A structural schema (Kubernetes' subset of OpenAPI v3 with its extensions). One model for custom resources, where it comes from
/// the CustomResourceDefinition, and for built-in types: defaulting, pruning, validation, both merges and OpenAPI all read it.
/// </summary>
internal sealed class Schema
{
    /// <summary>Accepts and keeps everything.</summary>
    public static readonly Schema Anything = new() { PreserveUnknown = true };

    /// <summary>object, array, string, integer, number or boolean; null: any.</summary>
    public string? Type { get; init; }

    /// <summary>The name of a shared type in OpenAPI (<c>io.k8s.api.core.v1.Container</c>); null: written in place.</summary>
    public string? Name { get; init; }

    public string Description { get; init; } = "";

    public IReadOnlyDictionary<string, Schema> Properties { get; init; } = new Dictionary<string, Schema>();

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Schema of a map's values.</summary>
    public Schema? Values { get; init; }

    /// <summary>Schema of an array's items.</summary>
    public Schema? Items { get; init; }

    public JsonNode? Default { get; init; }

    public bool Nullable { get; init; }

    public bool PreserveUnknown { get; init; }

    public bool EmbeddedResource { get; init; }

    public bool IntOrString { get; init; }

    public ValueRules Rules { get; init; } = ValueRules.None;

    /// <summary><c>x-kubernetes-validations</c> of this place.</summary>
    public IReadOnlyList<ValidationRule> Validations { get; init; } = [];

    public ListTopology List { get; init; } = ListTopology.Atomic;

    /// <summary>Fields that together identify an item of a <see cref="ListTopology.Map"/> list in server-side apply.</summary>
    public IReadOnlyList<string> MapKeys { get; init; } = [];

    /// <summary>Server-side apply owns this object as one value.</summary>
    public bool IsAtomic { get; init; }

    /// <summary>The key by which strategic merge patch merges this list; null: it replaces the list. Empty: a list of scalars.</summary>
    public string? PatchMergeKey { get; init; }

    /// <summary>Strategic merge patch sends <c>$retainKeys</c> for this object or for this list's items.</summary>
    public bool PatchRetainKeys { get; init; }

    /// <summary>The field's number in Kubernetes' protobuf form; null: it cannot be read from that.</summary>
    public int? ProtobufField { get; init; }

    /// <summary>Nothing is known about the value.</summary>
    public bool IsAny => PreserveUnknown && Type is null;

    /// <summary>The schema of a field of an object or map; null when it is unknown.</summary>
    public Schema? Field(string name) => Properties.GetValueOrDefault(name) ?? Values;

    /// <summary>Like <see cref="Field"/>, for walks that go on through unknown fields.</summary>
    public Schema FieldOrAnything(string name) => Field(name) ?? Anything;
}

/// <summary>How server-side apply sees a list.</summary>
internal enum ListTopology
{
    /// <summary>One value.</summary>
    Atomic,

    /// <summary>Scalars, each of which can be owned.</summary>
    Set,

    /// <summary>Objects identified by <see cref="Schema.MapKeys"/>.</summary>
    Map,
}

/// <summary>A rule in the Common Expression Language with what to say when it is broken.</summary>
internal sealed record ValidationRule(string Rule, string? Message, string? MessageExpression, string? Reason, string? FieldPath, bool OptionalOldSelf);
