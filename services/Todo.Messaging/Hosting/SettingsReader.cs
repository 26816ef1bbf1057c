using System.Globalization;
using System.Net;

namespace Todo.Messaging.Hosting;

/// <summary>Reads settings from environment variables; every failure names the variable. Empty counts as not set.</summary>
public sealed class SettingsReader(Func<string, string?> read)
{
    // Kafka allows a topic 249, of which a consumer's name takes its part.
    private const int LongestName = 200;

    public static SettingsReader Environment { get; } = new(System.Environment.GetEnvironmentVariable);

    public string? Optional(string name) => read(name) is { Length: > 0 } value ? value : null;

    public string Required(string name) => Optional(name) ?? throw new InvalidSettingException(name, "is required but not set.");

    /// <summary>A secret of at least <paramref name="minimumBytes"/> bytes of UTF-8. Its value never appears in a message.</summary>
    public string RequiredSecret(string name, int minimumBytes)
    {
        var value = Required(name);
        return System.Text.Encoding.UTF8.GetByteCount(value) >= minimumBytes
            ? value
            : throw new InvalidSettingException(name, $"must be at least {minimumBytes} bytes long.");
    }

    /// <summary>One line of text. What a file or a Secret with a line break at its end gives is never what was meant; a password may end as it likes.</summary>
    public string? Line(string name) => Optional(name) is { } text && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]) || text.Any(char.IsControl))
        ? throw new InvalidSettingException(name, "must be one line of text without white space at its ends.")
        : Optional(name);

    /// <summary>A name as brokers and Kubernetes take it: letters, digits, dots, dashes and underscores.</summary>
    public string? Name(string name) => Optional(name) is { } text && (text.Length > LongestName || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
        ? throw new InvalidSettingException(name, $"must be at most {LongestName} letters, digits, dots, dashes and underscores.")
        : Optional(name);

    /// <summary>What RFC 7519, section 2, calls StringOrURI: any text, but one with a colon is an absolute URI.</summary>
    public string? StringOrUri(string name) => Line(name) is { } text && text.Contains(':') && !Uri.TryCreate(text, UriKind.Absolute, out _)
        ? throw new InvalidSettingException(name, $"must be a URI, as it has a colon (RFC 7519, section 2), not '{text}'.")
        : Line(name);

    /// <summary>Addresses of a broker: <c>host:port,...</c>.</summary>
    public string Brokers(string name)
    {
        var text = Required(name);
        return Array.TrueForAll(text.Split(',', StringSplitOptions.TrimEntries), IsBroker)
            ? text
            : throw new InvalidSettingException(name, $"must be host:port, or several of them separated by commas, not '{text}'.");
    }

    public bool Flag(string name, bool defaultValue) => Optional(name) switch
    {
        null => defaultValue,
        var text when bool.TryParse(text, out var value) => value,
        var text => throw new InvalidSettingException(name, $"must be true or false, not '{text}'."),
    };

    public int Port(string name, int defaultValue) => Number(name, defaultValue, 1, 65535);

    public int Number(string name, int defaultValue, int minimum, int maximum)
    {
        if (Optional(name) is not { } text)
        {
            return defaultValue;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum
            ? value
            : throw new InvalidSettingException(name, $"must be a whole number from {minimum} to {maximum}, not '{text}'.");
    }

    /// <summary>A length of time as <c>[days.]hours:minutes:seconds[.fraction]</c>, not negative.</summary>
    public TimeSpan Duration(string name, TimeSpan defaultValue)
    {
        if (Optional(name) is not { } text)
        {
            return defaultValue;
        }

        // "5" would be taken for five days.
        return text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= TimeSpan.Zero
            ? value
            : throw new InvalidSettingException(name, $"must be a duration like 00:00:05, not '{text}'.");
    }

    public IPAddress Address(string name, IPAddress defaultValue) => Optional(name) switch
    {
        null => defaultValue,
        var text when IPAddress.TryParse(text, out var value) => value,
        var text => throw new InvalidSettingException(name, $"must be an IP address, not '{text}'."),
    };

    public Uri HttpUri(string name, Uri defaultValue) => Optional(name) switch
    {
        null => defaultValue,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) => uri,
        var text => throw new InvalidSettingException(name, $"must be an http or https address, not '{text}'."),
    };

    public string OneOf(string name, string defaultValue, params string[] allowed)
    {
        var text = Optional(name) ?? defaultValue;
        return Array.Find(allowed, x => string.Equals(x, text, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidSettingException(name, $"must be one of {string.Join(", ", allowed)}, not '{text}'.");
    }

    private static bool IsBroker(string text)
    {
        var (host, port) = text.LastIndexOf(':') is var colon and > 0 ? (text[..colon], text[(colon + 1)..]) : ("", "");
        // An IPv6 address stands in brackets.
        return Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
    }
}
