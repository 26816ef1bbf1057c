using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Todo.Backend.Labels;
using Todo.Backend.Reminders;
using Todo.Backend.Search;
using Todo.Backend.Tasks;

namespace Todo.Backend.Http;

/// <summary>JSON of the API.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(TaskResponse))]
[JsonSerializable(typeof(TaskPage))]
[JsonSerializable(typeof(SearchPage))]
[JsonSerializable(typeof(LabelResponse))]
[JsonSerializable(typeof(LabelPage))]
[JsonSerializable(typeof(ReminderResponse))]
[JsonSerializable(typeof(ReminderPage))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class BackendJson : JsonSerializerContext
{
    /// <summary>Quotes and letters as they are: the answers are JSON documents, never embedded in HTML.</summary>
    public static BackendJson Plain { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
