using System.Text.Json.Nodes;

namespace LocalCluster.Controllers.Objects;

/// <summary>Name of an object within its resource; the namespace is empty for cluster-scoped ones.</summary>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    /// <summary>The key of this object.</summary>
    public static ObjectKey Of(JsonObject value) => new(value.Namespace() ?? "", value.Name());

    /// <summary>The namespace as the API takes it: null when there is none.</summary>
    public string? NamespaceOrNull => Namespace.Length == 0 ? null : Namespace;

    /// <inheritdoc/>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
