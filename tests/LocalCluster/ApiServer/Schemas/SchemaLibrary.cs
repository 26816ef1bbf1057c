namespace LocalCluster.ApiServer.Schemas;

/// <summary>
/// Schemas written in the short form of the <c>.schema</c> files:
/// <code>
/// package io.k8s.api.core.v1
/// type EnvVar                         # one environment variable
///   name: string required             # a comment is the field's description
///   value: string
///   valueFrom: EnvVarSource
/// </code>
/// A type is string, int, long, number, bool, time, microtime, quantity, intOrString, any, the name of a type, <c>[T]</c> (list) or <c>{T}</c> (map).
/// Flags: <c>required</c>, <c>=value</c> (default), <c>atomic</c>, <c>set</c>, <c>keys(a,b)</c> (list in server-side apply), <c>merge(a)</c> or
/// <c>merge()</c> (strategic merge), <c>retainKeys</c>, <c>enum(a,b)</c>, <c>min(n)</c>, <c>max(n)</c>, <c>pb(n)</c> (number in protobuf). <c>object</c> after a type's name: it has
/// apiVersion, kind and metadata.
/// </summary>
internal sealed class SchemaLibrary
{
    private static readonly SchemaTextField Metadata = new("metadata", "ObjectMeta", ["pb(1)"], "Metadata that every object has.");

    private readonly Dictionary<string, SchemaTextType> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Schema> _types = new(StringComparer.Ordinal);

    public Schema ApiVersion { get; } = new() { Type = "string", Description = "Group and version of this representation of the object." };

    public Schema Kind { get; } = new() { Type = "string", Description = "The REST resource that this object is, in CamelCase." };

    public void Add(string file, string text)
    {
        foreach (var type in SchemaText.Read(file, text))
        {
            _texts.Add(type.FullName, type);
        }
    }

    /// <summary>Makes the schemas when all files are there, because types may refer to each other.</summary>
    public void Resolve()
    {
        foreach (var name in _texts.Keys)
        {
            Find(name);
        }
    }

    /// <summary>A type by its full name.</summary>
    public Schema Find(string fullName)
    {
        if (_types.TryGetValue(fullName, out var known))
        {
            return known;
        }

        var text = _texts.GetValueOrDefault(fullName) ?? throw new InvalidOperationException($"there is no schema of {fullName}");
        var properties = new Dictionary<string, Schema>(StringComparer.Ordinal);
        if (text.IsObject)
        {
            properties["apiVersion"] = ApiVersion;
            properties["kind"] = Kind;
        }

        // Known by name before its fields are made: a type may contain itself.
        var schema = new Schema
        {
            Type = "object",
            Name = text.FullName,
            Description = text.Description,
            Properties = properties,
            Required = [.. text.Fields.Where(f => f.IsRequired).Select(f => f.Name)],
            IsAtomic = text.IsAtomic,
        };
        _types.Add(fullName, schema);
        if (text.IsObject)
        {
            properties["metadata"] = SchemaFieldFactory.Create(Metadata, _ => Find("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"));
        }

        foreach (var field in text.Fields)
        {
            properties.Add(field.Name, SchemaFieldFactory.Create(field, reference => Find(FullName(reference, text.Package))));
        }

        return schema;
    }

    // A name means the type of the same package, else the only one of that name.
    private string FullName(string reference, string package) =>
        _texts.ContainsKey($"{package}.{reference}") ? $"{package}.{reference}" : _texts.Values.Single(t => t.Name == reference).FullName;
}
