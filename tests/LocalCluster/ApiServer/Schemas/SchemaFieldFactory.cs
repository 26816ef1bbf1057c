using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Schemas;

/// <summary>Makes the schema of one field of a <c>.schema</c> file.</summary>
internal static class SchemaFieldFactory
{
    /// <param name="field">The field as written.</param>
    /// <param name="find">Finds a type by the name it is referred to with.</param>
    public static Schema Create(SchemaTextField field, Func<string, Schema> find)
    {
        var basis = OfType(field.Type, find);
        var keys = field.Argument("keys");
        return new Schema
        {
            Type = basis.Type,
            Name = basis.Name,
            Description = field.Description,
            Properties = basis.Properties,
            Required = basis.Required,
            Values = basis.Values,
            Items = basis.Items,
            PreserveUnknown = basis.PreserveUnknown,
            IntOrString = basis.IntOrString,
            Default = field.Flags.FirstOrDefault(f => f.StartsWith('=')) is { } text ? Value(text[1..]) : null,
            Rules = Rules(field, basis),
            List = keys is not null ? ListTopology.Map : field.Flags.Contains("set") ? ListTopology.Set : ListTopology.Atomic,
            MapKeys = keys?.Split(',') ?? [],
            IsAtomic = basis.IsAtomic || field.Flags.Contains("atomic"),
            PatchMergeKey = field.Argument("merge"),
            ProtobufField = field.Argument("pb") is { } number ? int.Parse(number, CultureInfo.InvariantCulture) : null,
            PatchRetainKeys = field.Flags.Contains("retainKeys"),
        };
    }

    private static Schema OfType(string type, Func<string, Schema> find) => type switch
    {
        ['[', .. var item, ']'] => new Schema { Type = "array", Items = OfType(item, find) },
        ['{', .. var value, '}'] => new Schema { Type = "object", Values = OfType(value, find) },
        "string" => new Schema { Type = "string" },
        "bytes" => new Schema { Type = "string", Rules = new ValueRules { Format = "byte" } },
        "bool" => new Schema { Type = "boolean" },
        "int" => new Schema { Type = "integer", Rules = new ValueRules { Format = "int32" } },
        "long" => new Schema { Type = "integer", Rules = new ValueRules { Format = "int64" } },
        "number" => new Schema { Type = "number" },
        "time" or "microtime" => new Schema { Type = "string", Rules = new ValueRules { Format = "date-time" } },
        "quantity" => new Schema { IntOrString = true, Rules = new ValueRules { Format = BuiltInSchemas.Quantity } },
        "intOrString" => new Schema { IntOrString = true },
        "any" => Schema.Anything,
        _ => find(type),
    };

    private static ValueRules Rules(SchemaTextField field, Schema basis)
    {
        var allowed = field.Argument("enum")?.Split(',') ?? [];
        var (minimum, maximum) = (field.Argument("min"), field.Argument("max"));
        return allowed.Length == 0 && minimum is null && maximum is null ? basis.Rules : basis.Rules with
        {
            Enum = [.. allowed.Select(e => (JsonNode?)e)],
            Minimum = minimum is null ? null : double.Parse(minimum, CultureInfo.InvariantCulture),
            Maximum = maximum is null ? null : double.Parse(maximum, CultureInfo.InvariantCulture),
        };
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonText.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
