using System.Text.Json;
using Todo.Backend.Tasks;

namespace Todo.Backend.Reminders;

/// <summary>From a JSON object to a <see cref="ReminderInput"/>; collects every error by field.</summary>
internal static class ReminderInputReader
{
    /// <param name="errors">By field; empty when the input is valid. <c>body</c> stands for the whole.</param>
    public static ReminderInput Read(ReadOnlyMemory<byte> json, out IReadOnlyDictionary<string, string[]> errors)
    {
        var found = new Dictionary<string, string[]>();
        errors = found;
        DateTimeOffset? remindAt = null;
        int? minutesBefore = null;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                found["body"] = ["A JSON object is expected."];
                return new ReminderInput(null, null);
            }

            foreach (var property in document.RootElement.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "remindAt":
                        remindAt = Time(property.Value) ?? Refuse<DateTimeOffset>(property.Name, TaskInputReader.TimeExpected);
                        break;
                    case "minutesBefore":
                        minutesBefore = Minutes(property.Value) ?? Refuse<int>(property.Name, $"A whole number from 1 to {ReminderInput.MaxMinutes}.");
                        break;
                    default:
                        Refuse<int>(property.Name, "There is no such field, or it can't be set.");
                        break;
                }
            }
        }
        catch (JsonException e)
        {
            found["body"] = [$"Not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})."];
        }

        if (found.Count == 0 && remindAt is null == minutesBefore is null)
        {
            found["body"] = ["Give exactly one of remindAt and minutesBefore."];
        }

        return new ReminderInput(remindAt, minutesBefore);

        T? Refuse<T>(string field, string message)
            where T : struct
        {
            found[field] = [message];
            return null;
        }
    }

    private static DateTimeOffset? Time(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && TaskInputReader.IsTime(value.GetString()!, out var time) ? time : null;

    private static int? Minutes(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var minutes) && minutes is >= 1 and <= ReminderInput.MaxMinutes ? minutes : null;
}
