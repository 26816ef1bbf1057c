using System.CommandLine;
using System.CommandLine.Parsing;

namespace Todo.Load.Commands;

/// <summary>Options of types that the command line does not know by itself; a value that is not one is named with what is expected.</summary>
internal static class Arguments
{
    public static Option<Uri> Url(string name, string description) => new(name)
    {
        Description = description,
        Required = true,
        CustomParser = result => Uri.TryCreate(Text(result), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : Refuse<Uri>(result, name, "an address like http://127.0.0.1:8000"),
    };

    public static Option<TimeSpan?> Time(string name, string description, TimeSpan? otherwise) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => ShortTime.Parse(Text(result)) ?? Refuse<TimeSpan?>(result, name, "a time like 500ms, 30s, 10m or 1h"),
    };

    private static string Text(ArgumentResult result) => result.Tokens[0].Value;

    private static T? Refuse<T>(ArgumentResult result, string name, string expected)
    {
        result.AddError($"{name}: '{Text(result)}' is not {expected}.");
        return default;
    }
}
