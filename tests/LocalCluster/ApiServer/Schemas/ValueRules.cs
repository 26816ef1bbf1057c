using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Schemas;

/// <summary>Constraints on a value (OpenAPI v3 validation keywords); null or empty: no constraint.</summary>
internal sealed record ValueRules
{
    public static readonly ValueRules None = new();

    public IReadOnlyList<JsonNode?> Enum { get; init; } = [];

    public double? Minimum { get; init; }

    public bool ExclusiveMinimum { get; init; }

    public double? Maximum { get; init; }

    public bool ExclusiveMaximum { get; init; }

    public double? MultipleOf { get; init; }

    public long? MinLength { get; init; }

    public long? MaxLength { get; init; }

    public string? Pattern { get; init; }

    public string? Format { get; init; }

    public long? MinItems { get; init; }

    public long? MaxItems { get; init; }

    public bool UniqueItems { get; init; }

    public long? MinProperties { get; init; }

    public long? MaxProperties { get; init; }

    public IReadOnlyList<Schema> AllOf { get; init; } = [];

    public IReadOnlyList<Schema> AnyOf { get; init; } = [];

    public IReadOnlyList<Schema> OneOf { get; init; } = [];

    public Schema? Not { get; init; }
}
