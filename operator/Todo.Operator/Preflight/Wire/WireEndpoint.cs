using System.Globalization;
using System.Net;

namespace Todo.Operator.Preflight.Wire;

/// <summary>A host and a port.</summary>
internal sealed record WireEndpoint(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>; an IPv6 address stands in brackets.</summary>
    public static WireEndpoint? Parse(string? text)
    {
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > IPEndPoint.MaxPort)
        {
            return null;
        }

        var host = text![..colon].Trim('[', ']');
        return host.Length == 0 || host.Contains("://", StringComparison.Ordinal) ? null : new WireEndpoint(host, port);
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
