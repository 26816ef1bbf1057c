using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using Todo.Contracts.Payloads;

namespace Todo.Contracts.Tests.Schemas;

/// <summary>JSON Schema (draft 2020-12) of an event's data, from its record.</summary>
internal static class SchemaGenerator
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSchemaExporterOptions Exporter = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe };

    // Readers take a number in quotes too; producers write none, and the schema is theirs.
    private static readonly JsonSerializerOptions Written = new(PayloadJson.Default.Options) { NumberHandling = JsonNumberHandling.Strict };

    public static string Generate(EventContract contract)
    {
        var schema = Written.GetJsonSchemaAsNode(contract.Data, Exporter).AsObject();
        foreach (var parameter in contract.Data.GetConstructors()[0].GetParameters())
        {
            // The exporter shows no property of type JsonElement: anything goes there, such as the event within a dead letter.
            var property = schema["properties"]![JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!)]!;
            property["description"] ??= XmlDocs.Of(parameter);
        }

        var head = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = EventIndex.FileOf(contract),
            ["title"] = contract.Type,
            ["description"] = XmlDocs.OfEvent(contract.Type),
        };
        return Ordered(head, schema).ToJsonString(Indented) + "\n";
    }

    private static JsonObject Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        var fields = schema as JsonObject ?? [];
        var description = Parameter(context) is { } parameter ? XmlDocs.Of(parameter) : null;
        if (Property(context)?.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
        {
            fields["enum"] = new JsonArray([.. allowed.Values.Select(x => JsonValue.Create((string?)x))]);
        }

        return description is null ? fields : Ordered(new JsonObject { ["description"] = description }, fields);
    }

    private static ParameterInfo? Parameter(JsonSchemaExporterContext context) => context.PropertyInfo?.AssociatedParameter?.AttributeProvider as ParameterInfo;

    private static PropertyInfo? Property(JsonSchemaExporterContext context) => context.PropertyInfo?.AttributeProvider as PropertyInfo;

    /// <summary>What says the most to a reader comes first.</summary>
    private static JsonObject Ordered(JsonObject first, JsonObject then)
    {
        foreach (var (name, value) in then)
        {
            first[name] = value?.DeepClone();
        }

        return first;
    }
}
