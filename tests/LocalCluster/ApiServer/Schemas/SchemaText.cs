using System.Text.RegularExpressions;

namespace LocalCluster.ApiServer.Schemas;

/// <summary>Reads the lines of a <c>.schema</c> file; see <see cref="SchemaLibrary"/> for the form.</summary>
internal static partial class SchemaText
{
    public static IEnumerable<SchemaTextType> Read(string file, string text)
    {
        var package = "";
        SchemaTextType? current = null;
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#'))
            {
                continue;
            }

            if (Package().Match(line) is { Success: true } packageLine)
            {
                package = packageLine.Groups["name"].Value;
            }
            else if (Type().Match(line) is { Success: true } typeLine)
            {
                if (current is not null)
                {
                    yield return current;
                }

                var flags = typeLine.Groups["flags"].Value;
                current = new SchemaTextType(
                    package, typeLine.Groups["name"].Value, flags.Contains("object", StringComparison.Ordinal),
                    flags.Contains("atomic", StringComparison.Ordinal), typeLine.Groups["text"].Value, []);
            }
            else if (current is not null && Field().Match(line) is { Success: true } field)
            {
                current.Fields.Add(new SchemaTextField(
                    field.Groups["name"].Value, field.Groups["type"].Value,
                    [.. field.Groups["flags"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)], field.Groups["text"].Value));
            }
            else
            {
                throw new FormatException($"{file}, line {number}: cannot read \"{line}\"");
            }
        }

        if (current is not null)
        {
            yield return current;
        }
    }

    [GeneratedRegex(@"^package (?<name>\S+)\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Package();

    [GeneratedRegex(@"^type (?<name>\w+)(?<flags>( object| atomic)*)\s*(#\s*(?<text>.*?))?\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Type();

    [GeneratedRegex(@"^  (?<name>[\w$-]+): (?<type>[\w\[\]{}]+)(?<flags>( [^#\s]+)*)\s*(#\s*(?<text>.*?))?\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Field();
}

/// <summary>A type as it is written.</summary>
internal sealed record SchemaTextType(string Package, string Name, bool IsObject, bool IsAtomic, string Description, List<SchemaTextField> Fields)
{
    public string FullName => $"{Package}.{Name}";
}

/// <summary>A field as it is written.</summary>
internal sealed record SchemaTextField(string Name, string Type, IReadOnlyList<string> Flags, string Description)
{
    public bool IsRequired => Flags.Contains("required");

    /// <summary>What is between the parentheses of a flag; null: the field does not have it.</summary>
    public string? Argument(string flag) =>
        Flags.FirstOrDefault(f => f.StartsWith(flag + "(", StringComparison.Ordinal)) is { } found ? found[(flag.Length + 1)..^1] : null;
}
