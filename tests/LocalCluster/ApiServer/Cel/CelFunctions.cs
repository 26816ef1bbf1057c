using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalCluster.ApiServer.Cel;

/// <summary>The functions and methods that rules may call.</summary>
internal static partial class CelFunctions
{
    public static object? Call(string name, IReadOnlyList<object?> arguments) => (name, arguments) switch
    {
        ("size", [var value]) => CelValues.Size(value),
        ("int", [double value]) => (long)value,
        ("int", [string value]) => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new CelException($"\"{value}\" is not an int"),
        ("int", [long value]) => value,
        ("double", [string value]) => double.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : throw new CelException($"\"{value}\" is not a double"),
        ("double", [var value]) => CelValues.Number(value),
        ("string", [string value]) => value,
        ("string", [bool value]) => value ? "true" : "false",
        ("string", [IFormattable value]) => value.ToString(null, CultureInfo.InvariantCulture),
        ("duration", [string value]) => Duration(value),
        ("timestamp", [string value]) => DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out var time)
            ? time
            : throw new CelException($"\"{value}\" is not a timestamp"),
        ("dyn", [var value]) => value,
        _ => throw CelValues.NoOverload(name, [.. arguments]),
    };

    public static object? CallMethod(object? target, string name, IReadOnlyList<object?> arguments) => (target, name, arguments) switch
    {
        (_, "size", []) => CelValues.Size(target),
        (string text, "startsWith", [string part]) => text.StartsWith(part, StringComparison.Ordinal),
        (string text, "endsWith", [string part]) => text.EndsWith(part, StringComparison.Ordinal),
        (string text, "contains", [string part]) => text.Contains(part, StringComparison.Ordinal),
        (string text, "matches", [string pattern]) => Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)),
        (string text, "lowerAscii", []) => text.ToLowerInvariant(),
        (string text, "upperAscii", []) => text.ToUpperInvariant(),
        (string text, "trim", []) => text.Trim(),
        (string text, "replace", [string from, string to]) => text.Replace(from, to, StringComparison.Ordinal),
        (string text, "indexOf", [string part]) => (long)text.IndexOf(part, StringComparison.Ordinal),
        (string text, "split", [string separator]) => text.Split(separator).Cast<object?>().ToList(),
        (List<object?> list, "join", []) => string.Concat(list),
        (List<object?> list, "join", [string separator]) => string.Join(separator, list),
        (List<object?> list, "sum", []) => list.TrueForAll(i => i is long) ? (object)list.Sum(i => (long)i!) : list.Sum(CelValues.Number),
        (List<object?> list, "isSorted", []) => list.Zip(list.Skip(1)).All(p => CelValues.Compare(p.First, p.Second) <= 0),
        (List<object?> { Count: > 0 } list, "min", []) => list.Aggregate((a, b) => CelValues.Compare(a, b) <= 0 ? a : b),
        (List<object?> { Count: > 0 } list, "max", []) => list.Aggregate((a, b) => CelValues.Compare(a, b) >= 0 ? a : b),
        (TimeSpan span, "getSeconds", []) => (long)span.TotalSeconds,
        (TimeSpan span, "getMilliseconds", []) => (long)span.TotalMilliseconds,
        (TimeSpan span, "getMinutes", []) => (long)span.TotalMinutes,
        (TimeSpan span, "getHours", []) => (long)span.TotalHours,
        (CelOptional optional, "hasValue", []) => optional.HasValue,
        (CelOptional optional, "value", []) => optional.HasValue ? optional.Value : throw new CelException("optional.none() dereference"),
        (CelOptional optional, "orValue", [var other]) => optional.HasValue ? optional.Value : other,
        _ => throw CelValues.NoOverload(name, [target, .. arguments]),
    };

    public static object? Arithmetic(string operation, object? left, object? right)
    {
        try
        {
            return (operation, left, right) switch
            {
                ("+", long a, long b) => checked(a + b),
                ("-", long a, long b) => checked(a - b),
                ("*", long a, long b) => checked(a * b),
                ("/", long, 0L) or ("%", long, 0L) => throw new CelException("division by zero"),
                ("/", long a, long b) => a / b,
                ("%", long a, long b) => a % b,
                ("+", double a, double b) => a + b,
                ("-", double a, double b) => a - b,
                ("*", double a, double b) => a * b,
                ("/", double a, double b) => a / b,
                ("+", string a, string b) => a + b,
                ("+", List<object?> a, List<object?> b) => a.Concat(b).ToList(),
                ("+", TimeSpan a, TimeSpan b) => a + b,
                ("-", TimeSpan a, TimeSpan b) => a - b,
                ("+", DateTimeOffset a, TimeSpan b) => a + b,
                ("-", DateTimeOffset a, TimeSpan b) => a - b,
                ("-", DateTimeOffset a, DateTimeOffset b) => a - b,
                _ => throw CelValues.NoOverload(operation, left, right),
            };
        }
        catch (OverflowException)
        {
            throw new CelException("integer overflow");
        }
    }

    // As Go writes durations: 1h30m, 1.5s, 100ms.
    private static TimeSpan Duration(string text)
    {
        var match = DurationPattern().Match(text);
        if (!match.Success || text.Length == 0)
        {
            throw new CelException("type conversion error from 'string' to 'google.protobuf.Duration'");
        }

        var seconds = 0.0;
        for (var i = 0; i < match.Groups["unit"].Captures.Count; i++)
        {
            var amount = double.Parse(match.Groups["number"].Captures[i].Value, CultureInfo.InvariantCulture);
            seconds += amount * match.Groups["unit"].Captures[i].Value switch
            {
                "h" => 3600, "m" => 60, "s" => 1, "ms" => 1e-3, "us" or "µs" => 1e-6, _ => 1e-9,
            };
        }

        // Go holds 64 bits of nanoseconds.
        if (seconds > long.MaxValue / 1e9)
        {
            throw new CelException("type conversion error from 'string' to 'google.protobuf.Duration'");
        }

        return TimeSpan.FromSeconds(match.Groups["sign"].Value == "-" ? -seconds : seconds);
    }

    [GeneratedRegex(@"^(?<sign>[-+])?(0|((?<number>\d+(\.\d+)?)(?<unit>ns|us|µs|ms|s|m|h))+)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex DurationPattern();
}

/// <summary>A value that may be missing, which <c>oldSelf</c> is in a rule with <c>optionalOldSelf</c>.</summary>
internal sealed record CelOptional(bool HasValue, object? Value);
