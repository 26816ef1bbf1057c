using System.Globalization;
using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.Components;

/// <summary>Typed reading of a Component's metadata. Names are case-insensitive, unknown ones are ignored, as in Dapr.</summary>
internal sealed class ComponentMetadata
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public ComponentMetadata(ComponentSpec spec)
    {
        foreach (var (name, value) in spec.Metadata)
        {
            _values[name] = value;
        }
    }

    /// <exception cref="ComponentInitException">The key is absent or empty.</exception>
    public string Required(string name) => Text(name) ?? throw new ComponentInitException($"missing '{name}' in component metadata");

    public string? Text(string name) => _values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <exception cref="ComponentInitException">The value is neither true nor false.</exception>
    public bool Flag(string name, bool fallback) => Text(name)?.ToLowerInvariant() switch
    {
        null => fallback,
        "true" or "t" or "1" or "y" or "yes" or "on" => true,
        "false" or "f" or "0" or "n" or "no" or "off" => false,
        var other => throw new ComponentInitException($"'{name}' is not a boolean: {other}"),
    };

    /// <exception cref="ComponentInitException">The value is not a whole number.</exception>
    public long Number(string name, long fallback) => Text(name) switch
    {
        null => fallback,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        var text => throw new ComponentInitException($"'{name}' is not a number: {text}"),
    };

    /// <summary>A Go duration, or a bare number in <paramref name="bareUnit"/>.</summary>
    /// <exception cref="ComponentInitException">The value is neither.</exception>
    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan bareUnit)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number * bareUnit;
        }

        return GoDuration.TryParse(text, out var value) ? value : throw new ComponentInitException($"'{name}' is not a duration: {text}");
    }
}

/// <summary>A component cannot be initialised; unless it says <c>ignoreErrors</c> this ends the sidecar.</summary>
internal sealed class ComponentInitException : Exception
{
    public ComponentInitException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
