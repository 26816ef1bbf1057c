using System.Text.Json;
using System.Text.Json.Serialization;

namespace Todo.Contracts.Payloads;

/// <summary>JSON of the events' data: camelCase, absent instead of null, unknown fields ignored (a newer producer may add some).</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(TaskChanged))]
[JsonSerializable(typeof(TaskUpdated))]
[JsonSerializable(typeof(TaskCompleted))]
[JsonSerializable(typeof(Reminder))]
public sealed partial class PayloadJson : JsonSerializerContext;
