using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Caching;

/// <summary>What of a resource is watched and kept.</summary>
public sealed class CacheOptions<TEntity> where TEntity : class, IKubernetesObject
{
    internal Dictionary<string, Func<TEntity, IEnumerable<string>>> Indexes { get; } = new(StringComparer.Ordinal);

    /// <summary>Only this namespace. Null: the operator's watch namespace, and when that is null too, all.</summary>
    public string? Namespace { get; set; }

    /// <summary>Only objects with these labels: what is not selected is never sent nor kept.</summary>
    public string? LabelSelector { get; set; }

    /// <summary>Only objects with these field values, for example <c>metadata.name=todo</c>.</summary>
    public string? FieldSelector { get; set; }

    /// <summary>Cuts away what nobody reads, before an object is kept (managedFields of others always go). May change the object that it is given.</summary>
    public Func<TEntity, TEntity>? Projection { get; set; }

    /// <summary>Adds an index: the values under which an object is found again.</summary>
    public CacheOptions<TEntity> Index(string name, Func<TEntity, IEnumerable<string>> values)
    {
        Indexes.Add(name, values);
        return this;
    }
}
