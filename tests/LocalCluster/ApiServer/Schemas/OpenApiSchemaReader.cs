using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Schemas;

/// <summary>Reads the <c>openAPIV3Schema</c> of a CustomResourceDefinition.</summary>
internal static class OpenApiSchemaReader
{
    /// <summary>The schema of a whole object: what every object has is added to what the definition says.</summary>
    public static Schema ReadRoot(JsonObject schema)
    {
        var own = Read(schema);
        return Copy(own, schema, BuiltInSchemas.WithObjectFields(own.Properties));
    }

    public static Schema Read(JsonObject schema)
    {
        var properties = schema.ObjectAt("properties")?
            .Where(p => p.Value is JsonObject)
            .ToDictionary(p => p.Key, p => Read((JsonObject)p.Value!), StringComparer.Ordinal) ?? [];
        if (schema["x-kubernetes-embedded-resource"].AsBool() == true)
        {
            return Copy(Read(schema, properties), schema, BuiltInSchemas.WithObjectFields(properties));
        }

        return Read(schema, properties);
    }

    private static Schema Copy(Schema own, JsonObject schema, IReadOnlyDictionary<string, Schema> properties) =>
        ReferenceEquals(own.Properties, properties) ? own : Read(schema, properties);

    private static Schema Read(JsonObject schema, IReadOnlyDictionary<string, Schema> properties) => new()
    {
        Type = schema.TextAt("type"),
        Description = schema.TextAt("description") ?? "",
        Properties = properties,
        Required = Texts(schema.ArrayAt("required")),
        Values = schema["additionalProperties"] switch
        {
            JsonObject values => Read(values),
            JsonValue allowed when allowed.AsBool() == true => Schema.Anything,
            _ => null,
        },
        Items = schema.ObjectAt("items") is { } items ? Read(items) : null,
        Default = schema["default"]?.DeepClone(),
        Nullable = schema["nullable"].AsBool() == true,
        PreserveUnknown = schema["x-kubernetes-preserve-unknown-fields"].AsBool() == true,
        EmbeddedResource = schema["x-kubernetes-embedded-resource"].AsBool() == true,
        IntOrString = schema["x-kubernetes-int-or-string"].AsBool() == true,
        Rules = ReadRules(schema),
        Validations = [.. schema.ObjectsAt("x-kubernetes-validations").Select(ReadValidation)],
        List = schema.TextAt("x-kubernetes-list-type") switch
        {
            "map" => ListTopology.Map,
            "set" => ListTopology.Set,
            _ => ListTopology.Atomic,
        },
        MapKeys = Texts(schema.ArrayAt("x-kubernetes-list-map-keys")),
        IsAtomic = schema.TextAt("x-kubernetes-map-type") == "atomic",
    };

    private static ValueRules ReadRules(JsonObject schema) => new()
    {
        Enum = [.. schema.ArrayAt("enum")?.Select(v => v?.DeepClone()) ?? []],
        Minimum = schema["minimum"].AsDouble(),
        ExclusiveMinimum = schema["exclusiveMinimum"].AsBool() == true,
        Maximum = schema["maximum"].AsDouble(),
        ExclusiveMaximum = schema["exclusiveMaximum"].AsBool() == true,
        MultipleOf = schema["multipleOf"].AsDouble(),
        MinLength = schema.NumberAt("minLength"),
        MaxLength = schema.NumberAt("maxLength"),
        Pattern = schema.TextAt("pattern"),
        Format = schema.TextAt("format"),
        MinItems = schema.NumberAt("minItems"),
        MaxItems = schema.NumberAt("maxItems"),
        UniqueItems = schema["uniqueItems"].AsBool() == true,
        MinProperties = schema.NumberAt("minProperties"),
        MaxProperties = schema.NumberAt("maxProperties"),
        AllOf = [.. schema.ObjectsAt("allOf").Select(Read)],
        AnyOf = [.. schema.ObjectsAt("anyOf").Select(Read)],
        OneOf = [.. schema.ObjectsAt("oneOf").Select(Read)],
        Not = schema.ObjectAt("not") is { } not ? Read(not) : null,
    };

    private static ValidationRule ReadValidation(JsonObject rule) => new(
        rule.TextAt("rule") ?? "", rule.TextAt("message"), rule.TextAt("messageExpression"), rule.TextAt("reason"), rule.TextAt("fieldPath"),
        rule["optionalOldSelf"].AsBool() == true);

    private static string[] Texts(JsonArray? array) => [.. array?.Select(n => n.AsText() ?? "") ?? []];
}
