using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using Todo.Backend.Tasks;

namespace Todo.Backend.Mcp.Calls;

/// <summary>
/// From arguments to a <see cref="TaskInput"/>, by the reader that the REST API uses: one set of rules under both. An argument that is null is as if left out, because many
/// clients send null for whatever a model did not fill in; so an empty string, or 0 for a category, takes a value away.
/// </summary>
internal sealed class TaskArguments(string? timeZone)
{
    // Argument and field of the REST API.
    private static readonly (string Argument, string Field)[] Names =
    [
        ("title", "title"),
        ("description", "description"),
        ("priority", "priority"),
        ("due_date", "dueAt"),
        ("recurrence_rule", "recurrenceRule"),
        ("category_id", "categoryId"),
        ("tag_ids", "tagIds"),
        ("remind_at", "remindAt"),
        ("remind_before_minutes", "minutesBefore"),
    ];

    private static readonly LocalTime LastSecond = new(23, 59, 59);

    private readonly JsonObject _fields = [];

    /// <summary>Nothing was given.</summary>
    public bool IsEmpty => _fields.Count == 0;

    public TaskArguments Text(string argument, string? value) => Set(argument, value, value is "" && argument != "title" ? null : value);

    /// <summary>A date alone is the end of that day on the user's clock.</summary>
    public TaskArguments Due(string? value) => Set("due_date", value, string.IsNullOrEmpty(value) ? null : Moments.Text(value, timeZone, LastSecond));

    public TaskArguments Category(long? value) => Set("category_id", value, value == 0 ? null : value);

    public TaskArguments Tags(long[]? value) => Set("tag_ids", value, value is null ? null : new JsonArray([.. value.Distinct().Select(id => JsonValue.Create(id))]));

    /// <exception cref="ToolException">With all that is wrong, by argument.</exception>
    public TaskInput Read(bool isNew)
    {
        var input = TaskInputReader.Read(JsonSerializer.SerializeToUtf8Bytes(_fields), isNew, out var errors);
        if (errors.Count > 0)
        {
            throw ToolException.For(errors.ToDictionary(error => ArgumentOf(error.Key), error => string.Join(" ", error.Value)));
        }

        return input;
    }

    /// <summary>The argument that is a field of the REST API.</summary>
    public static string ArgumentOf(string field) => Names.Where(name => name.Field == field).Select(name => name.Argument).FirstOrDefault(field);

    private TaskArguments Set(string argument, object? given, JsonNode? value)
    {
        if (given is not null)
        {
            _fields[Names.First(name => name.Argument == argument).Field] = value;
        }

        return this;
    }
}
