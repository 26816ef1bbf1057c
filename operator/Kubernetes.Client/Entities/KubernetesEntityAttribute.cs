namespace Kubernetes.Client.Entities;

/// <summary>Says where a type lives in the Kubernetes API.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KubernetesEntityAttribute : Attribute
{
    /// <summary>The API group; empty for the core group.</summary>
    public string Group { get; set; } = "";

    /// <summary>The version within the group, for example <c>v1</c>.</summary>
    public required string ApiVersion { get; set; }

    /// <summary>The kind, for example <c>Deployment</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>The resource's name in paths. Default: the kind in lower case plus <c>s</c>.</summary>
    public string? PluralName { get; set; }
}

/// <summary>Where the objects of a type live. Without the attribute: in namespaces.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EntityScopeAttribute(EntityScope scope) : Attribute
{
    /// <summary>The scope.</summary>
    public EntityScope Scope { get; } = scope;
}

/// <summary>The scope of a resource.</summary>
public enum EntityScope
{
    /// <summary>In a namespace.</summary>
    Namespaced,

    /// <summary>One for the whole cluster.</summary>
    Cluster,
}
