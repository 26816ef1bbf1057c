using System.Text.Json;
using System.Text.Json.Serialization;

namespace Todo.Contracts.Payloads;

/// <summary>JSON of the events' data: camelCase, unknown fields ignored (a newer producer may add some).</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TaskChanged))]
[JsonSerializable(typeof(TaskUpdated))]
[JsonSerializable(typeof(TaskCompleted))]
[JsonSerializable(typeof(CategoryCreated))]
[JsonSerializable(typeof(CategoryUpdated))]
[JsonSerializable(typeof(CategoryDeleted))]
[JsonSerializable(typeof(TagCreated))]
[JsonSerializable(typeof(TagUpdated))]
[JsonSerializable(typeof(TagDeleted))]
[JsonSerializable(typeof(Reminder))]
[JsonSerializable(typeof(ReminderSet))]
[JsonSerializable(typeof(ReminderRemoved))]
[JsonSerializable(typeof(Probe))]
[JsonSerializable(typeof(DeadLetter))]
public sealed partial class PayloadJson : JsonSerializerContext;
