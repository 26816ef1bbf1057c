using Todo.Backend.Labels;

namespace Todo.Backend.Mcp.Calls;

/// <summary>Name and colour of a category or tag, by the rules of the REST API. Null is as if left out; an empty colour takes the colour away.</summary>
internal static class LabelArguments
{
    /// <exception cref="ToolException">With all that is wrong, by argument.</exception>
    public static LabelInput Read(LabelKind kind, string? name, string? color)
    {
        var wrong = new Dictionary<string, string>();
        var input = new LabelInput();
        if (name is not null)
        {
            input = input with { Name = LabelInputReader.NameOf(kind, name, out var error) };
            Note("name", error);
        }

        if (color is not null)
        {
            input = input with { Color = new(true, LabelInputReader.ColorOf(color.Length == 0 ? null : color, out var error)) };
            Note("color", error);
        }

        return wrong.Count == 0 ? input : throw ToolException.For(wrong);

        void Note(string argument, string? error)
        {
            if (error is not null)
            {
                wrong[argument] = error;
            }
        }
    }

    /// <summary>As <see cref="Read"/>, for a change: at least one of the two.</summary>
    public static LabelInput ReadChange(LabelKind kind, string? name, string? color) => name is null && color is null
        ? throw new ToolException(new ToolError(ErrorCodes.InvalidRequest, "Nothing to change: give at least one of name, color."))
        : Read(kind, name, color);
}
