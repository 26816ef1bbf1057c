using System.Globalization;
using System.Net;

namespace Todo.Operator.Hosting;

/// <summary>Reads environment variables. An empty one is as good as none; a malformed one is refused by its name.</summary>
internal sealed class Variables(Func<string, string?> variable)
{
    public string? Text(string name) => variable(name) is { Length: > 0 } value ? value : null;

    public bool Flag(string name, bool fallback = false) => Text(name) switch
    {
        null => fallback,
        "true" => true,
        "false" => false,
        var other => throw Refused(name, other, "true or false"),
    };

    public IPAddress Address(string name) => Text(name) switch
    {
        null => IPAddress.Any,
        var text when IPAddress.TryParse(text, out var address) => address,
        var other => throw Refused(name, other, "an IP address"),
    };

    public int Port(string name, int fallback) => Text(name) switch
    {
        null => fallback,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort => port,
        var other => throw Refused(name, other, "a port"),
    };

    /// <summary>A number from 1.</summary>
    public int Number(string name, int fallback) => Text(name) switch
    {
        null => fallback,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 => number,
        var other => throw Refused(name, other, "a number from 1"),
    };

    /// <summary>A number from 0 to 1.</summary>
    public double Ratio(string name, double fallback) => Text(name) switch
    {
        null => fallback,
        var text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1 => ratio,
        var other => throw Refused(name, other, "a number from 0 to 1"),
    };

    public string OneOf(string name, IReadOnlyCollection<string> allowed, string fallback) => Text(name) switch
    {
        null => fallback,
        var text when allowed.Contains(text) => text,
        var other => throw Refused(name, other, "one of " + string.Join(", ", allowed)),
    };

    public Uri? Url(string name) => Text(name) switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 => url,
        var other => throw Refused(name, other, "an http or https URL"),
    };

    /// <summary><c>key=value</c> with commas between them, values percent-encoded.</summary>
    public IEnumerable<(string Key, string Value)> Pairs(string name)
    {
        foreach (var pair in Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } key, var value])
            {
                throw Refused(name, pair, "key=value pairs with commas between them");
            }

            yield return (key, Uri.UnescapeDataString(value));
        }
    }

    private static SettingsException Refused(string name, string value, string wanted) => new($"{name} is \"{value}\"; it has to be {wanted}.");
}

/// <summary>A setting is malformed.</summary>
public sealed class SettingsException(string message) : Exception(message);
