using System.Globalization;
using System.Net;

namespace Todo.Messaging.Hosting;

/// <summary>Reads settings from environment variables; every failure names the variable. Empty counts as not set.</summary>
public sealed class SettingsReader(Func<string, string?> read)
{
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
}
