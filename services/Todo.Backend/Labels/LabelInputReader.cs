using System.Text.Json;
using System.Text.RegularExpressions;

namespace Todo.Backend.Labels;

/// <summary>From a JSON object to a <see cref="LabelInput"/>; collects every error by field.</summary>
internal static partial class LabelInputReader
{
    /// <param name="errors">By field; empty when the input is valid. <c>body</c> stands for the whole.</param>
    public static LabelInput Read(LabelKind kind, ReadOnlyMemory<byte> json, bool isNew, out IReadOnlyDictionary<string, string[]> errors)
    {
        var found = new Dictionary<string, string[]>();
        errors = found;
        var input = new LabelInput();
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                found["body"] = ["A JSON object is expected."];
                return input;
            }

            foreach (var property in document.RootElement.EnumerateObject())
            {
                input = Read(kind, input, property, found);
            }
        }
        catch (JsonException e)
        {
            found["body"] = [$"Not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})."];
            return input;
        }

        if (isNew && !input.Name.IsPresent && !found.ContainsKey("name"))
        {
            found["name"] = ["A name is required."];
        }
        else if (!isNew && input == new LabelInput() && found.Count == 0)
        {
            found["body"] = ["Nothing to change: give at least one of name, color."];
        }

        return input;
    }

    /// <summary>The name without blanks at its ends, or null and what is wrong with it.</summary>
    public static string? NameOf(LabelKind kind, string? text, out string? error)
    {
        var name = text?.Trim();
        var isGood = name is not null && name.EnumerateRunes().Count() is var length && length >= 1 && length <= kind.MaxName && !name.Any(c => char.IsControl(c));
        error = isGood ? null : $"A name has 1 to {kind.MaxName} characters and no line breaks.";
        return isGood ? name : null;
    }

    /// <summary>The colour in lower case; null and no error for null.</summary>
    public static string? ColorOf(string? text, out string? error)
    {
        var isGood = text is null || Color().IsMatch(text);
        error = isGood ? null : "A colour is # and 6 hexadecimal digits, as in #1e90ff.";
        return isGood ? text?.ToLowerInvariant() : null;
    }

    private static LabelInput Read(LabelKind kind, LabelInput input, JsonProperty property, Dictionary<string, string[]> found)
    {
        string? error;
        switch (property.Name)
        {
            case "name":
                var name = NameOf(kind, TextOf(property.Value), out error);
                input = input with { Name = name };
                break;
            case "color":
                var text = TextOf(property.Value);
                var color = ColorOf(text ?? (property.Value.ValueKind == JsonValueKind.Null ? null : ""), out error);
                input = input with { Color = new(true, color) };
                break;
            default:
                error = "There is no such field, or it can't be set.";
                break;
        }

        if (error is not null)
        {
            found[property.Name] = [error];
        }

        return input;
    }

    /// <summary>Null for what is no text, and for what the database takes for none: a zero, half a surrogate pair written as an escape.</summary>
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() is { } text && !text.Contains('\0') ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex("^#[0-9A-Fa-f]{6}\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Color();
}
