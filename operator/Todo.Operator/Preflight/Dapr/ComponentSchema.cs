using System.Globalization;
using System.Text.RegularExpressions;

namespace Todo.Operator.Preflight.Dapr;

/// <summary>One metadata field of a type of Component.</summary>
/// <param name="Name">Its name; Dapr does not tell capitals from small letters.</param>
/// <param name="Accepts">Whether a value is one that it reads as meant.</param>
/// <param name="Expected">What it reads, in words.</param>
/// <param name="Required">Whether the Component fails to load without it.</param>
internal sealed record ComponentField(string Name, Func<string, bool> Accepts, string Expected, bool Required = false)
{
    /// <summary>A field that gives the port, where this one is the host alone.</summary>
    public string? Port { get; init; }

    /// <summary>Why values that look right are not: value to explanation.</summary>
    public IReadOnlyDictionary<string, string> Traps { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Something that is wrong with metadata.</summary>
/// <param name="Text">What, in words.</param>
/// <param name="Ends">Whether the Component does not load with it, which ends the sidecar unless it has ignoreErrors.</param>
internal sealed record ComponentProblem(string Text, bool Ends = false);

/// <summary>What a type of Component reads from its metadata. Dapr ignores everything else in silence; so a slip of the pen only shows when it is too late.</summary>
internal sealed partial record ComponentSchema(string Type, string Version, IReadOnlyList<ComponentField> Fields)
{
    /// <summary>Names that people write, and what to write in their place.</summary>
    public IReadOnlyDictionary<string, string> NotThere { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with metadata, in words; the value is null where it comes from a Secret.</summary>
    public IEnumerable<ComponentProblem> Problems(IReadOnlyList<(string Name, string? Value)> metadata)
    {
        foreach (var (name, value) in metadata)
        {
            var field = Fields.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (field is null)
            {
                yield return new($"{Type} has no field {name}, and Dapr would ignore it without a word{(NotThere.TryGetValue(name, out var instead) ? $": {instead}" : string.Empty)}.");
            }
            else if (value is not null && !field.Accepts(value) && !(metadata.Any(m => m.Name.Equals(field.Port, StringComparison.OrdinalIgnoreCase)) && field.Accepts($"{value}:1")))
            {
                yield return new(
                    field.Traps.TryGetValue(value, out var trap) ? $"{name}: {value} {trap}." : $"{name} is \"{value}\"; {Type} reads {field.Expected}.",
                    Ends: field.Required);
            }
        }

        foreach (var missing in Fields.Where(f => f.Required && !metadata.Any(m => f.Name.Equals(m.Name, StringComparison.OrdinalIgnoreCase))))
        {
            yield return new($"{Type} does not load without {missing.Name}.", Ends: true);
        }

        foreach (var twice in metadata.GroupBy(m => m.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            yield return new($"{twice.Key} is given {twice.Count()} times.");
        }
    }

    public static ComponentField Text(string name, bool required = false) => new(name, v => v.Length > 0, "a text that is not empty", required);

    public static ComponentField Addresses(string name) =>
        new(name, v => v.Split(',').All(a => Wire.WireEndpoint.Parse(a.Trim()) is not null), "host:port, several with commas between them", Required: true);

    public static ComponentField Address(string name) => new(name, v => Wire.WireEndpoint.Parse(v) is not null, "host:port", Required: true);

    public static ComponentField Flag(string name) => new(name, v => v is "true" or "false", "true or false");

    public static ComponentField Number(string name, long lowest = 0) =>
        new(name, v => long.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= lowest, $"a whole number from {lowest}");

    /// <summary>Go's way of writing a duration, or a bare number.</summary>
    public static ComponentField Duration(string name) => new(name, v => GoDuration().IsMatch(v), "a duration such as 500ms or 1h, or a bare number");

    /// <summary>Milliseconds only; 0 would switch redelivery off.</summary>
    public static ComponentField Milliseconds(string name) =>
        new(name, v => long.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0, "bare milliseconds above 0 (\"15s\" would be ignored)");

    /// <summary>A duration above zero.</summary>
    public static ComponentField Lasting(string name, string expected) => new(name, v => GoDuration().IsMatch(v) && v.AsSpan().ContainsAnyInRange('1', '9'), expected);

    public static ComponentField Dotted(string name) => new(name, v => DottedNumber().IsMatch(v), "a version such as 2.0.0");

    public static ComponentField OneOf(string name, params string[] values) => new(name, values.Contains, string.Join(", ", values));

    [GeneratedRegex(@"^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$|^[0-9]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GoDuration();

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\.[0-9]+(\.[0-9]+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DottedNumber();
}
