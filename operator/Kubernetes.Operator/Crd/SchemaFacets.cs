using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Kubernetes.Client.Serialization;
using Kubernetes.Operator.Crd.Attributes;

namespace Kubernetes.Operator.Crd;

/// <summary>Bounds, defaults and rules that attributes add to a schema.</summary>
internal static class SchemaFacets
{
    // The order in which people read a schema; what is not named comes last, as it was added.
    private static readonly string[] Order = ["description", "type", "format", "default", "enum", "required"];

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static t => (JsonNode)t)]);

    public static void Add(JsonObject schema, Type type, PropertyInfo member)
    {
        foreach (var attribute in member.GetCustomAttributes())
        {
            switch (attribute)
            {
                case RangeMinimumAttribute minimum:
                    schema["minimum"] = Number(minimum.Minimum);
                    break;
                case RangeMaximumAttribute maximum:
                    schema["maximum"] = Number(maximum.Maximum);
                    break;
                case DurationRangeAttribute range:
                    AddRule(schema, new ValidationRuleAttribute(
                        $"duration(self) >= duration('{range.Minimum}') && duration(self) <= duration('{range.Maximum}')", $"Has to be from {range.Minimum} to {range.Maximum}."));
                    break;
                case LengthAttribute length:
                    Bounds(schema, "minLength", length.MinLength, "maxLength", length.MaxLength);
                    break;
                case ItemsAttribute items:
                    var unit = (string?)schema["type"] == "array" ? "Items" : "Properties";
                    Bounds(schema, $"min{unit}", items.MinItems, $"max{unit}", items.MaxItems);
                    break;
                case PatternAttribute pattern:
                    schema["pattern"] = pattern.RegexPattern;
                    break;
                case AllowedValuesAttribute allowed:
                    (schema["items"] as JsonObject ?? schema)["enum"] = Texts(allowed.Values);
                    break;
                case ListMapKeysAttribute map:
                    schema["x-kubernetes-list-type"] = "map";
                    schema["x-kubernetes-list-map-keys"] = Texts(map.Keys);
                    RequireKeys(schema, map.Keys, member);
                    break;
                case ListSetAttribute:
                    schema["x-kubernetes-list-type"] = "set";
                    break;
            }
        }

        AddRules(schema, member);
        AddPreserve(schema, member);
        if (member.GetCustomAttribute<DefaultAttribute>() is { } given)
        {
            schema["default"] = Default(given.Value, schema, type, member);
        }
    }

    public static void AddRules(JsonObject schema, MemberInfo member)
    {
        foreach (var rule in member.GetCustomAttributes<ValidationRuleAttribute>(inherit: false))
        {
            AddRule(schema, rule);
        }
    }

    public static void AddPreserve(JsonObject schema, MemberInfo member)
    {
        if (member.GetCustomAttribute<PreserveUnknownFieldsAttribute>() is not null)
        {
            schema["x-kubernetes-preserve-unknown-fields"] = true;
        }
    }

    public static JsonObject InOrder(JsonObject schema)
    {
        var ordered = new JsonObject();
        foreach (var name in Order.Where(schema.ContainsKey).Concat(schema.Select(static f => f.Key).Where(static k => !Order.Contains(k, StringComparer.Ordinal))))
        {
            ordered[name] = schema[name]?.DeepClone();
        }

        return ordered;
    }

    /// <summary>Whether there are rules at this place or below it.</summary>
    public static bool HasRules(JsonNode? schema) => schema switch
    {
        JsonObject fields => fields.ContainsKey("x-kubernetes-validations") || fields.Any(static f => HasRules(f.Value)),
        _ => false,
    };

    // A definition whose items may lack a key is refused.
    private static void RequireKeys(JsonObject list, IReadOnlyList<string> keys, PropertyInfo member)
    {
        var item = list["items"] as JsonObject;
        var properties = item?["properties"] as JsonObject;
        if (properties is null || keys.Any(k => !properties.ContainsKey(k)))
        {
            throw Wrong(member, $"its items do not have the keys {string.Join(", ", keys)}");
        }

        var given = (item!["required"] as JsonArray ?? []).Select(static r => (string)r!).ToList();
        var missing = keys.Where(k => !given.Contains(k, StringComparer.Ordinal) && properties[k]!["default"] is null).ToList();
        if (missing.Count > 0)
        {
            item["required"] = Texts(given.Concat(missing).Order(StringComparer.Ordinal));
            list["items"] = InOrder(item);
        }
    }

    private static void AddRule(JsonObject schema, ValidationRuleAttribute rule)
    {
        var entry = new JsonObject { ["rule"] = rule.Rule, ["message"] = rule.Message };
        if (rule.Reason is { } reason)
        {
            entry["reason"] = reason;
        }

        if (rule.FieldPath is { } field)
        {
            entry["fieldPath"] = field;
        }

        if (schema["x-kubernetes-validations"] is not JsonArray rules)
        {
            schema["x-kubernetes-validations"] = rules = [];
        }

        rules.Add((JsonNode)entry);
    }

    private static void Bounds(JsonObject schema, string lower, int from, string upper, int to)
    {
        if (from >= 0)
        {
            schema[lower] = from;
        }

        if (to >= 0)
        {
            schema[upper] = to;
        }
    }

    private static JsonNode Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e15 ? (long)value : value;

    // A default that its own schema refuses would only be noticed when the definition is installed.
    private static JsonNode Default(object? value, JsonObject schema, Type type, PropertyInfo member)
    {
        JsonNode node = value switch
        {
            null => HasRules(schema) ? Filled(schema) : new JsonObject(),
            string text => text,
            bool truth => truth,
            Enum name => name.ToString(),
            IConvertible number and (int or long or short or byte or double or float or decimal) => Number(number.ToDouble(CultureInfo.InvariantCulture)),
            IEnumerable items => new JsonArray([.. items.Cast<object>().Select(static i => JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(i)))]),
            _ => throw Wrong(member, $"{value} cannot be a default"),
        };
        var isDuration = (Nullable.GetUnderlyingType(type) ?? type) == typeof(TimeSpan);
        if (isDuration && !DurationConverter.TryParse(value as string, out _))
        {
            throw Wrong(member, $"the default {value} is not a duration");
        }

        if (schema["enum"] is JsonArray allowed && !allowed.Any(a => (string?)a == value?.ToString()))
        {
            throw Wrong(member, $"the default {value} is not one of the allowed values");
        }

        var expected = (string?)schema["type"];
        var fits = node switch
        {
            JsonObject => expected == "object",
            JsonArray => expected == "array",
            _ => expected is not ("object" or "array"),
        };
        return fits ? node : throw Wrong(member, $"the default is no {expected}");
    }

    // Rules are tried on a default as it is written, before the defaults within it are filled in.
    private static JsonObject Filled(JsonObject schema)
    {
        var filled = new JsonObject();
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            if (property is JsonObject inner && inner["default"] is { } given)
            {
                filled[name] = given is JsonObject ? Filled(inner) : given.DeepClone();
            }
        }

        return filled;
    }

    private static CrdException Wrong(PropertyInfo member, string what) => new($"{member.DeclaringType!.Name}.{member.Name}: {what}.");
}
