using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Schemas;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Writing;

namespace LocalCluster.ApiServer.Protobuf;

/// <summary>
/// Objects in Kubernetes' protobuf envelope, which <c>kubectl create namespace</c> and its relatives send instead of JSON. Fields whose
/// number is not in the schema are refused, never lost.
/// </summary>
internal static class ProtobufObject
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    public static JsonObject Read(ReadOnlyMemory<byte> body, Schema schema)
    {
        if (!body.Span.StartsWith(Magic))
        {
            throw ApiErrors.BadRequest("the body does not begin like a Kubernetes object in protobuf");
        }

        try
        {
            var envelope = ProtobufMessage.Read(body[Magic.Length..]).ToList();
            var type = ProtobufMessage.Read(envelope.Find(f => f.Number == 1).Bytes).ToList();
            var value = Message(envelope.Find(f => f.Number == 2).Bytes, schema, "") ?? [];
            value["apiVersion"] = Text(type.Find(f => f.Number == 1).Bytes);
            value["kind"] = Text(type.Find(f => f.Number == 2).Bytes);
            return value;
        }
        catch (FormatException error)
        {
            throw ApiErrors.BadRequest($"the protobuf body cannot be read: {error.Message}");
        }
    }

    // Null for a message without content: Go writes a struct that is empty like one that is not there.
    private static JsonObject? Message(ReadOnlyMemory<byte> message, Schema schema, string path)
    {
        var result = new JsonObject();
        foreach (var field in ProtobufMessage.Read(message))
        {
            var (name, fieldSchema) = schema.Properties.FirstOrDefault(p => p.Value.ProtobufField == field.Number);
            if (name is null)
            {
                RefuseContent(field, path);
            }
            else
            {
                Add(result, name, fieldSchema, field, $"{path}.{name}");
            }
        }

        return result.Count == 0 ? null : result;
    }

    private static void RefuseContent(ProtobufField field, string path)
    {
        if (field.Bytes.Length > 0 || field.Value != 0)
        {
            throw new ApiException(
                415, "UnsupportedMediaType", $"field {field.Number} of {(path.Length == 0 ? "the object" : path)} cannot be read from {MediaType}: send JSON (kubectl apply -f)");
        }
    }

    private static void Add(JsonObject target, string name, Schema schema, ProtobufField field, string path)
    {
        if (schema.Items is { } items)
        {
            var list = target[name] as JsonArray ?? [];
            target[name] = list;
            list.Add(Value(items, field, path) ?? new JsonObject());
        }
        else if (schema.Values is { } values)
        {
            var entry = ProtobufMessage.Read(field.Bytes).ToList();
            var value = Value(values, entry.Find(f => f.Number == 2) with { IsBytes = true }, path);
            target.Ensure(name)[Text(entry.Find(f => f.Number == 1).Bytes)] = value ?? "";
        }
        else if (Value(schema, field, path) is { } value && !IsZero(value, schema))
        {
            target[name] = value;
        }
    }

    private static JsonNode? Value(Schema schema, ProtobufField field, string path) => (schema.Type, schema.Rules.Format) switch
    {
        (_, BuiltInSchemas.Quantity) => Text(ProtobufMessage.Read(field.Bytes).FirstOrDefault(f => f.Number == 1).Bytes),
        _ when schema.IntOrString => IntOrText(field.Bytes),
        _ when schema.IsAny => field.Bytes.Length == 0 ? null : throw new FormatException($"{path} has content"),
        ("string", "date-time") => Time(field.Bytes),
        ("string", "byte") => Convert.ToBase64String(field.Bytes.Span),
        ("string", _) => Text(field.Bytes),
        ("boolean", _) => field.Value != 0,
        ("integer", _) => (long)field.Value,
        _ => Message(field.Bytes, schema, path),
    };

    // What Go leaves out of JSON it writes in protobuf; a zero means something only where another value is the default.
    private static bool IsZero(JsonNode value, Schema schema) =>
        value.AsText() is { Length: 0 } || (schema.Default is null && (value.AsLong() == 0 || value.AsBool() == false));

    private static JsonNode IntOrText(ReadOnlyMemory<byte> message)
    {
        var fields = ProtobufMessage.Read(message).ToList();
        return fields.Find(f => f.Number == 1).Value == 1 ? Text(fields.Find(f => f.Number == 3).Bytes) : (long)fields.Find(f => f.Number == 2).Value;
    }

    private static JsonNode? Time(ReadOnlyMemory<byte> message)
    {
        var seconds = (long)ProtobufMessage.Read(message).FirstOrDefault(f => f.Number == 1).Value;
        return message.Length == 0 ? null : MetadataRules.Timestamp(DateTimeOffset.FromUnixTimeSeconds(seconds));
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
