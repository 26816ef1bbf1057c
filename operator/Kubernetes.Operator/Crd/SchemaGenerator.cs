using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;
using Kubernetes.Operator.Crd.Attributes;

namespace Kubernetes.Operator.Crd;

/// <summary>Makes a structural schema of a type, from the very contract by which it is read and written as JSON.</summary>
/// <remarks>Source: Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions"; x-kubernetes-* in the API reference.</remarks>
internal sealed class SchemaGenerator(KubernetesJson json, XmlDescriptions descriptions)
{
    private readonly Stack<Type> _path = new();

    /// <summary>The schema of an object type.</summary>
    public JsonObject OfType(Type type)
    {
        if (_path.Contains(type))
        {
            throw new CrdException($"{type.Name} contains itself: a structural schema cannot be recursive.");
        }

        _path.Push(type);
        try
        {
            var properties = new JsonObject();
            var required = new List<string>();
            foreach (var property in json.Options.GetTypeInfo(type).Properties.Where(static p => !p.IsExtensionData))
            {
                var member = property.AttributeProvider as PropertyInfo
                    ?? throw new CrdException($"{type.Name}.{property.Name}: only properties can be part of a schema.");
                properties[property.Name] = OfProperty(property, member);
                if (property.IsRequired || member.GetCustomAttribute<RequiredAttribute>() is not null)
                {
                    required.Add(property.Name);
                }
            }

            var schema = new JsonObject { ["type"] = "object" };
            Put(schema, "description", descriptions.Of(type));
            Put(schema, "required", required.Count == 0 ? null : SchemaFacets.Texts(required.Order(StringComparer.Ordinal)));
            Put(schema, "properties", properties.Count == 0 ? null : properties);
            SchemaFacets.AddRules(schema, type);
            SchemaFacets.AddPreserve(schema, type);
            return schema;
        }
        finally
        {
            _path.Pop();
        }
    }

    private JsonObject OfProperty(JsonPropertyInfo property, PropertyInfo member)
    {
        var schema = OfValue(property.PropertyType, $"{member.DeclaringType!.Name}.{member.Name}");
        if (descriptions.Of(member) is { } description)
        {
            schema["description"] = description;
        }

        SchemaFacets.Add(schema, property.PropertyType, member);
        return SchemaFacets.InOrder(schema);
    }

    private JsonObject OfValue(Type declared, string where)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (Scalar(type) is { } scalar)
        {
            return scalar;
        }

        if (type == typeof(V1Condition))
        {
            return WellKnownSchemas.Condition(descriptions);
        }

        if (DictionaryValue(type) is { } value)
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = OfValue(value, where) };
        }

        if (ListItem(type) is { } item)
        {
            var list = new JsonObject { ["type"] = "array", ["items"] = OfValue(item, where) };
            if (item == typeof(V1Condition))
            {
                list["x-kubernetes-list-type"] = "map";
                list["x-kubernetes-list-map-keys"] = SchemaFacets.Texts(["type"]);
            }

            return list;
        }

        return type.IsClass || (type.IsValueType && !type.IsPrimitive)
            ? OfType(type)
            : throw new CrdException($"{where}: there is no schema for {type.Name}.");
    }

    private static JsonObject? Scalar(Type type) => type switch
    {
        _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
        _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
        _ when type == typeof(int) || type == typeof(short) || type == typeof(byte) => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
        _ when type == typeof(long) => new JsonObject { ["type"] = "integer", ["format"] = "int64" },
        _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => new JsonObject { ["type"] = "number", ["format"] = "double" },
        _ when type == typeof(DateTimeOffset) || type == typeof(DateTime) => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        _ when type == typeof(DateOnly) => new JsonObject { ["type"] = "string", ["format"] = "date" },
        _ when type == typeof(TimeSpan) => new JsonObject { ["type"] = "string", ["pattern"] = DurationConverter.Pattern, ["maxLength"] = DurationConverter.MaxLength },
        _ when type == typeof(byte[]) => new JsonObject { ["type"] = "string", ["format"] = "byte" },
        _ when type == typeof(IntOrString) => WellKnownSchemas.IntOrString(),
        _ when type == typeof(ResourceQuantity) => WellKnownSchemas.Quantity(),
        _ when type == typeof(V1ObjectMeta) => new JsonObject { ["type"] = "object" },
        _ when type == typeof(JsonElement) || typeof(JsonNode).IsAssignableFrom(type) =>
            new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
        { IsEnum: true } => new JsonObject { ["type"] = "string", ["enum"] = SchemaFacets.Texts(Enum.GetNames(type)) },
        _ => null,
    };

    private static Type? DictionaryValue(Type type) => Interfaces(type)
        .Where(static i => i.GetGenericTypeDefinition() == typeof(IDictionary<,>) || i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        .Select(static i => i.GetGenericArguments())
        .FirstOrDefault(static a => a[0] == typeof(string))?[1];

    private static Type? ListItem(Type type) => typeof(IEnumerable).IsAssignableFrom(type)
        ? Interfaces(type).FirstOrDefault(static i => i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0]
        : null;

    private static IEnumerable<Type> Interfaces(Type type) =>
        type.GetInterfaces().Append(type).Where(static i => i is { IsInterface: true, IsGenericType: true });

    private static void Put(JsonObject schema, string name, JsonNode? value)
    {
        if (value is not null)
        {
            schema[name] = value;
        }
    }
}
