using System.Collections.Concurrent;
using System.Reflection;

namespace Kubernetes.Client.Entities;

/// <summary>A resource by its place in the API.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">Version within the group.</param>
/// <param name="Kind">Kind of its objects.</param>
/// <param name="Plural">Name in paths.</param>
/// <param name="Namespaced">Whether its objects live in namespaces.</param>
public sealed record KubernetesEntityDefinition(string Group, string Version, string Kind, string Plural, bool Namespaced = true)
{
    private static readonly ConcurrentDictionary<Type, KubernetesEntityDefinition> Cache = new();

    /// <summary><c>v1</c> or <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>deployments.apps</c>, as kubectl and RBAC messages write it.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The definition that a type's <see cref="KubernetesEntityAttribute"/> gives.</summary>
    /// <exception cref="ArgumentException">The type has no such attribute.</exception>
    public static KubernetesEntityDefinition Of<TEntity>() where TEntity : IKubernetesObject => Holder<TEntity>.Definition;

    /// <inheritdoc cref="Of{TEntity}"/>
    public static KubernetesEntityDefinition Of(Type type) => Cache.GetOrAdd(type, Read);

    /// <summary>The path of the collection: <c>/apis/apps/v1/namespaces/default/deployments</c>.</summary>
    /// <param name="ns">Namespace; null for all namespaces, and ignored for a cluster-wide resource.</param>
    public string CollectionPath(string? ns)
    {
        var root = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
        return Namespaced && !string.IsNullOrEmpty(ns)
            ? $"{root}/namespaces/{Uri.EscapeDataString(ns)}/{Plural}"
            : $"{root}/{Plural}";
    }

    /// <summary>The path of one object, or of one of its subresources.</summary>
    /// <exception cref="ArgumentException">A namespaced resource without a namespace, or no name.</exception>
    public string ObjectPath(string? ns, string name, string? subresource = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Namespaced && string.IsNullOrEmpty(ns))
        {
            throw new ArgumentException($"{Kind} {name}: {Plural} live in namespaces, and none is given.", nameof(ns));
        }

        var path = $"{CollectionPath(ns)}/{Uri.EscapeDataString(name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }

    private static KubernetesEntityDefinition Read(Type type)
    {
        var entity = type.GetCustomAttribute<KubernetesEntityAttribute>(inherit: false)
            ?? throw new ArgumentException($"{type.Name} has no [KubernetesEntity] attribute.", nameof(type));
        var scope = type.GetCustomAttribute<EntityScopeAttribute>(inherit: false)?.Scope ?? EntityScope.Namespaced;
        return new KubernetesEntityDefinition(
            entity.Group,
            entity.ApiVersion,
            entity.Kind,
            entity.PluralName ?? $"{entity.Kind.ToLowerInvariant()}s",
            scope == EntityScope.Namespaced);
    }

    private static class Holder<TEntity>
    {
        public static readonly KubernetesEntityDefinition Definition = Of(typeof(TEntity));
    }
}
