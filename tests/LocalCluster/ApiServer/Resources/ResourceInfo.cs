using LocalCluster.ApiServer.Schemas;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tables;

namespace LocalCluster.ApiServer.Resources;

/// <summary>Everything the server knows about one served resource, built-in or custom, in one version.</summary>
internal sealed record ResourceInfo
{
    public required ResourceType Type { get; init; }

    /// <summary>The key of the store's table: shared by all versions and views of a resource.</summary>
    public required string Storage { get; init; }

    public string? SingularName { get; init; }

    public string Singular => SingularName ?? Type.Kind.ToLowerInvariant();

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public bool IsCustom { get; init; }

    /// <summary>A question that is answered and not stored: only create is possible.</summary>
    public bool IsReview { get; init; }

    public bool HasStatus { get; init; }

    public ScalePaths? Scale { get; init; }

    /// <summary>Subresources besides status and scale that discovery lists: name and kind.</summary>
    public IReadOnlyList<(string Name, string Kind)> OtherSubresources { get; init; } = [];

    /// <summary>False: a PUT must carry <c>metadata.resourceVersion</c>.</summary>
    public bool AllowsUnconditionalUpdate { get; init; } = true;

    public ResourceStrategy Strategy { get; init; } = ResourceStrategy.Plain;

    /// <summary>The fields of the object, without apiVersion, kind and metadata's own; a schema that accepts everything where there is none.</summary>
    public Schema Schema { get; init; } = Schema.Anything;

    public IReadOnlyList<TableColumn> Columns { get; init; } = [];

    /// <summary>How stored objects are shown in this version.</summary>
    public IObjectView View { get; init; } = SameView.Instance;
}

/// <summary>Where a scalable resource keeps its figures, as paths of property names.</summary>
internal sealed record ScalePaths(string[] SpecReplicas, string[] StatusReplicas, string[]? LabelSelector);
