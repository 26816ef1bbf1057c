namespace Kubernetes.Operator.Crd.Attributes;

/// <summary>Short names for kubectl.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class KubernetesEntityShortNamesAttribute(params string[] shortNames) : Attribute
{
    /// <summary>The names.</summary>
    public IReadOnlyList<string> ShortNames { get; } = shortNames;
}

/// <summary>Categories such as <c>all</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CategoriesAttribute(params string[] categories) : Attribute
{
    /// <summary>The categories.</summary>
    public IReadOnlyList<string> Categories { get; } = categories;
}

/// <summary>A column of <c>kubectl get</c>, in the order of the attributes on the class.</summary>
/// <param name="name">Heading.</param>
/// <param name="jsonPath">Where the value is, for example <c>.status.phase</c>.</param>
/// <param name="type">string, integer, number, boolean or date.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string jsonPath, string type = "string") : Attribute
{
    /// <summary>Heading.</summary>
    public string Name { get; } = name;

    /// <summary>Where the value is.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>string, integer, number, boolean or date.</summary>
    public string Type { get; } = type;

    /// <summary>What the column says.</summary>
    public string? Description { get; set; }

    /// <summary>Only with <c>-o wide</c>.</summary>
    public bool Wide { get; set; }
}

/// <summary>A permission that a controller needs on a resource; collected into the operator's role.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class EntityRbacAttribute(Type entity, string verbs) : Attribute
{
    /// <summary>The resource.</summary>
    public Type Entity { get; } = entity;

    /// <summary>Verbs with commas: <c>get,list,watch</c>.</summary>
    public string Verbs { get; } = verbs;

    /// <summary>A subresource such as <c>status</c>; null: the resource itself.</summary>
    public string? Subresource { get; set; }
}

/// <summary>A permission on resources that have no type here.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class GenericRbacAttribute(string group, string resources, string verbs) : Attribute
{
    /// <summary>API group; empty for the core group.</summary>
    public string Group { get; } = group;

    /// <summary>Resources with commas.</summary>
    public string Resources { get; } = resources;

    /// <summary>Verbs with commas.</summary>
    public string Verbs { get; } = verbs;
}
