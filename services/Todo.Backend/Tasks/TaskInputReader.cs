using System.Globalization;
using System.Text.Json;
using Todo.Recurrence.Phrases;

namespace Todo.Backend.Tasks;

/// <summary>From a JSON object to a <see cref="TaskInput"/>; collects every error by field instead of stopping at the first.</summary>
internal sealed class TaskInputReader
{
    private const int MaxTitle = 200;
    private const int MaxDescription = 10_000;
    private const int MaxTags = 10;

    public const string TimeExpected = "A time as in 2026-11-22T08:00:00Z is expected.";

    internal static readonly string[] Priorities = ["low", "medium", "high", "urgent"];
    private static readonly DateTimeOffset Earliest = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, string[]> _errors = [];

    private TaskInputReader()
    {
    }

    /// <param name="errors">By field; empty when the input is valid. <c>body</c> stands for the whole.</param>
    public static TaskInput Read(ReadOnlyMemory<byte> json, bool isNew, out IReadOnlyDictionary<string, string[]> errors)
    {
        var reader = new TaskInputReader();
        var input = reader.Read(json, isNew);
        errors = reader._errors;
        return input;
    }

    /// <summary>RFC 3339. Without an offset the time is UTC, whatever this machine's zone.</summary>
    public static bool IsTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time)
        && text.Contains('T', StringComparison.Ordinal) && time >= Earliest && time < Latest;

    private TaskInput Read(ReadOnlyMemory<byte> json, bool isNew)
    {
        var input = new TaskInput();
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                Refuse("body", "A JSON object is expected.");
                return input;
            }

            input = document.RootElement.EnumerateObject().Aggregate(input, ReadField);
        }
        catch (JsonException e)
        {
            Refuse("body", $"Not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).");
            return input;
        }

        if (isNew && !input.Title.IsPresent && !_errors.ContainsKey("title"))
        {
            Refuse("title", "A title is required.");
        }

        if (!isNew && input == new TaskInput() && _errors.Count == 0)
        {
            Refuse("body", "Nothing to change: give at least one of title, description, priority, dueAt, recurrenceRule, categoryId, tagIds.");
        }

        return input;
    }

    private TaskInput ReadField(TaskInput input, JsonProperty property)
    {
        var (name, value) = (property.Name, property.Value);
        switch (name)
        {
            case "title":
                return Text(name, value, nullable: false) is { IsPresent: true } title && IsTitle(title.Value!.Trim()) ? input with { Title = title.Value.Trim() } : input;
            case "description":
                return Text(name, value, nullable: true) is { IsPresent: true } description && IsDescription(description.Value)
                    ? input with { Description = string.IsNullOrWhiteSpace(description.Value) ? null : description.Value.Trim() }
                    : input;
            case "priority":
                return Text(name, value, nullable: false) is { IsPresent: true } priority && IsPriority(priority.Value!) ? input with { Priority = priority } : input;
            case "dueAt":
                return Text(name, value, nullable: true) is { IsPresent: true } due && TryTime(name, due.Value, out var moment) ? input with { DueAt = moment } : input;
            case "recurrenceRule":
                return Text(name, value, nullable: true) is { IsPresent: true } rule && TryRule(name, rule.Value, out var canonical)
                    ? input with { RecurrenceRule = canonical }
                    : input;
            case "categoryId":
                return TryCategory(value, out var category) ? input with { CategoryId = category } : input;
            case "tagIds":
                return TryTags(value, out var tags) ? input with { TagIds = new(true, tags) } : input;
            default:
                Refuse(name, "There is no such field, or it can't be set.");
                return input;
        }
    }

    private Field<string> Text(string name, JsonElement value, bool nullable)
    {
        if (value.ValueKind == JsonValueKind.Null && nullable)
        {
            return new Field<string>(true, null);
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse(name, nullable ? "A string or null is expected." : "A string is expected.");
            return default;
        }

        try
        {
            var text = value.GetString()!;
            if (!text.Contains('\0'))
            {
                return text;
            }
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape.
        }

        Refuse(name, "Not valid Unicode text.");
        return default;
    }

    private bool IsTitle(string title)
    {
        var length = title.EnumerateRunes().Count();
        return length is >= 1 and <= MaxTitle && !title.Any(char.IsControl)
            || Refuse("title", $"A title has 1 to {MaxTitle} characters and no line breaks.");
    }

    private bool IsDescription(string? description) =>
        description is null || description.EnumerateRunes().Count() <= MaxDescription || Refuse("description", $"A description has at most {MaxDescription} characters.");

    private bool IsPriority(string priority) => Priorities.Contains(priority) || Refuse("priority", $"One of {string.Join(", ", Priorities)}.");

    private bool TryTime(string name, string? text, out DateTimeOffset? moment)
    {
        moment = null;
        if (text is null)
        {
            return true;
        }

        if (IsTime(text, out var parsed))
        {
            moment = parsed;
            return true;
        }

        return Refuse(name, TimeExpected);
    }

    private bool TryCategory(JsonElement value, out long? category)
    {
        category = null;
        if (value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var id))
        {
            category = id;
            return true;
        }

        return Refuse("categoryId", "The number of one of your categories, or null.");
    }

    private bool TryTags(JsonElement value, out IReadOnlyList<long> tags)
    {
        tags = [];
        if (value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        var ids = new SortedSet<long>();
        var isList = value.ValueKind == JsonValueKind.Array;
        foreach (var item in isList ? value.EnumerateArray() : default)
        {
            isList &= item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var id) && (ids.Add(id) || ids.Contains(id));
        }

        tags = [.. ids];
        return isList && ids.Count <= MaxTags || Refuse("tagIds", $"An array of numbers of your tags, at most {MaxTags}, or null.");
    }

    private bool TryRule(string name, string? text, out string? canonical)
    {
        canonical = null;
        if (text is null)
        {
            return true;
        }

        if (RecurrenceText.TryParse(text, out var rule, out var error))
        {
            canonical = rule.ToString();
            return true;
        }

        return Refuse(name, $"{error.Part}: {error.Message}");
    }

    private bool Refuse(string field, string message)
    {
        _errors[field] = [message];
        return false;
    }
}
