using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Environment;

namespace LocalCluster.Node.Injection;

/// <summary>The <c>dapr.io/*</c> annotations of a pod, with Dapr's defaults (<c>pkg/injector/annotations</c>).</summary>
internal sealed partial class SidecarAnnotations(JsonObject pod)
{
    private const int LongestServiceName = 63;

    private static readonly Dictionary<string, string> Quantities = new(StringComparer.Ordinal)
    {
        ["sidecar-cpu-request"] = "requests.cpu",
        ["sidecar-cpu-limit"] = "limits.cpu",
        ["sidecar-memory-request"] = "requests.memory",
        ["sidecar-memory-limit"] = "limits.memory",
    };

    public string AppId => SidecarInjector.AppId(pod);

    /// <summary>The value of <c>dapr.io/NAME</c>; null when absent or empty.</summary>
    public string? Text(string name) => pod.Annotation("dapr.io/" + name) is { Length: > 0 } value ? value : null;

    public bool Flag(string name, bool otherwise = false) => Text(name) is { } value ? IsTrue(value) : otherwise;

    public int Number(string name, int otherwise) =>
        int.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>Dapr's notion of true.</summary>
    public static bool IsTrue(string? value) => value?.ToUpperInvariant() is "Y" or "YES" or "TRUE" or "ON" or "T" or "1";

    /// <exception cref="ApiException">The app-id makes no Service name, or a resource quantity can't be read.</exception>
    public void Validate()
    {
        var service = AppId + "-dapr";
        if (AppId.Length == 0 || service.Length > LongestServiceName || !DnsLabel().IsMatch(service))
        {
            throw Refuse($"invalid app id (input: '{AppId}', service: '{service}'): a lowercase RFC 1123 label must consist of lower case "
                + "alphanumeric characters or '-', and must start and end with an alphanumeric character, and be no longer than 63 characters");
        }

        foreach (var name in Quantities.Keys)
        {
            if (Text(name) is { } value && !Quantity.TryParse(value, out _))
            {
                throw Refuse($"error parsing annotation 'dapr.io/{name}': quantities must match the regular expression "
                    + $"'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' (input: '{value}')");
            }
        }
    }

    /// <summary><c>resources</c> of the sidecar; empty when nothing is asked for.</summary>
    public JsonObject Resources()
    {
        var resources = new JsonObject();
        foreach (var (name, path) in Quantities)
        {
            if (Text(name) is { } value)
            {
                var parts = path.Split('.');
                resources.Child(parts[0])[parts[1]] = value;
            }
        }

        return resources;
    }

    /// <summary>The pairs of <c>dapr.io/env</c> (<c>A=1,B=2</c>) and <c>dapr.io/env-from-secret</c> (<c>A=secret:key</c>).</summary>
    public IEnumerable<(string Name, string Value)> Pairs(string name) =>
        (Text(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .Select(pair => (pair[0].Trim(), pair[1].Trim()));

    private static ApiException Refuse(string why) =>
        new(400, "BadRequest", $"admission webhook \"sidecar-injector.dapr.io\" denied the request: {why}");

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DnsLabel();
}
