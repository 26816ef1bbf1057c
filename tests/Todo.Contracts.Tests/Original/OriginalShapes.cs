using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Todo.Contracts.Tests.Original;

/// <summary>In which form the Python system's events come.</summary>
public enum Shape
{
    /// <summary>Its own Kafka client: event id, schema version, real timestamps, the user id a hash.</summary>
    KafkaMode,

    /// <summary>Its Dapr mode: no id, empty timestamps, what matters nested under task_data twice, the user id text.</summary>
    DaprMode,

    /// <summary>The same as Dapr stored it.</summary>
    Wrapped,

    /// <summary>The same, published without a content type: the JSON is text.</summary>
    WrappedText,

    /// <summary>Kafka mode, read by a sidecar that takes everything for raw: Base64, under an id of the delivery.</summary>
    WrappedRaw,
}

/// <summary>Events as the Python system left them in the topics, byte for byte new each time as its event ids were.</summary>
public static class OriginalShapes
{
    public static string Created(Shape shape, long taskId) => Of(shape, "created", taskId, Task(taskId), new JsonObject
    {
        ["title"] = "Water the plants", ["description"] = null, ["priority"] = "medium", ["due_date"] = Python(DateTime.UtcNow), ["recurrence_rule"] = null,
        ["category_id"] = null, ["tag_ids"] = new JsonArray(),
    });

    public static string Updated(Shape shape, long taskId) => Of(shape, "updated", taskId, Task(taskId), new JsonObject
    {
        [shape is Shape.KafkaMode or Shape.WrappedRaw ? "updated_fields" : "changes"] = new JsonObject { ["due_date"] = Python(DateTime.UtcNow) },
    });

    public static string Deleted(Shape shape, long taskId) => Of(shape, "deleted", taskId, taskData: null, []);

    public static string Completed(Shape shape, long taskId, string? rule = "FREQ=DAILY")
    {
        var nested = new JsonObject
        {
            ["task_id"] = taskId, ["task_data"] = Task(taskId), ["recurrence_rule"] = rule, ["completed_at"] = Python(DateTime.UtcNow), ["has_recurrence"] = rule is not null,
        };
        return Of(shape, "completed", taskId, nested, shape is Shape.KafkaMode or Shape.WrappedRaw
            ? new JsonObject { ["recurrence_rule"] = rule, ["completed_at"] = Python(DateTime.UtcNow) + "Z" }
            : new JsonObject { ["has_recurrence"] = rule is not null });
    }

    /// <summary>The one event that had the same fields in both modes.</summary>
    public static string Reminder(Shape shape, long taskId, string title, DateTimeOffset dueAt) => InEnvelope(shape, KafkaMode("reminder.sent", taskId, new JsonObject
    {
        ["task_title"] = title, ["task_description"] = null, ["task_due_date"] = Python(dueAt.UtcDateTime), ["task_priority"] = "high",
        ["reminder_time"] = Python(DateTime.UtcNow) + "Z",
    }));

    private static string Of(Shape shape, string change, long taskId, JsonObject? taskData, JsonObject more)
    {
        if (shape is Shape.KafkaMode or Shape.WrappedRaw)
        {
            return InEnvelope(shape, KafkaMode("task." + change, taskId, more));
        }

        var plain = new JsonObject { ["event_type"] = change, ["task_id"] = taskId };
        if (taskData is not null)
        {
            plain["task_data"] = taskData;
        }

        plain["user_id"] = "user-17";
        plain["timestamp"] = "";
        return InEnvelope(shape, With(plain, more));
    }

    private static JsonObject KafkaMode(string type, long taskId, JsonObject more) => With(
        new JsonObject
        {
            ["event_id"] = Guid.NewGuid().ToString(), ["event_type"] = type, ["timestamp"] = Python(DateTime.UtcNow) + "Z", ["user_id"] = -4815162342108, ["schema_version"] = "1.0",
            ["task_id"] = taskId,
        },
        more);

    private static string InEnvelope(Shape shape, JsonObject plain)
    {
        if (shape is Shape.KafkaMode or Shape.DaprMode)
        {
            return plain.ToJsonString();
        }

        var envelope = new JsonObject
        {
            ["specversion"] = "1.0", ["id"] = Guid.NewGuid().ToString(), ["source"] = "backend", ["type"] = "com.dapr.event.sent", ["topic"] = "a-topic",
            ["pubsubname"] = "pubsub-kafka", ["time"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), ["traceid"] = "", ["traceparent"] = "", ["tracestate"] = "",
        };
        var (contentType, field, data) = shape switch
        {
            Shape.Wrapped => ("application/json", "data", (JsonNode)plain),
            Shape.WrappedText => ("text/plain", "data", plain.ToJsonString()),
            _ => ("application/octet-stream", "data_base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(plain.ToJsonString()))),
        };
        envelope["datacontenttype"] = contentType;
        envelope[field] = data;
        return envelope.ToJsonString();
    }

    private static JsonObject Task(long taskId) => new() { ["task_id"] = taskId, ["title"] = "Water the plants", ["user_id"] = "user-17", ["completed"] = true };

    private static JsonObject With(JsonObject first, JsonObject then)
    {
        foreach (var (name, value) in then)
        {
            first[name] = value?.DeepClone();
        }

        return first;
    }

    /// <summary>As <c>isoformat()</c> writes a time that knows no zone.</summary>
    private static string Python(DateTime utc) => utc.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
