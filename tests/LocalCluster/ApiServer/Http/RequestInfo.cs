namespace LocalCluster.ApiServer.Http;

/// <summary>A request to a resource, taken apart: what Kubernetes calls RequestInfo.</summary>
internal sealed record RequestInfo(string Group, string Version, string? Namespace, string Resource, string? Name, string? Subresource, string Rest)
{
    /// <summary>Reads <c>/api/v1/...</c> and <c>/apis/GROUP/VERSION/...</c>; null for other paths.</summary>
    public static RequestInfo? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["api", var version, .. var rest] when rest.Length > 0 => Parse("", version, rest, path),
            ["apis", var group, var version, .. var rest] when rest.Length > 0 => Parse(group, version, rest, path),
            _ => null,
        };
    }

    private static RequestInfo Parse(string group, string version, string[] rest, string path)
    {
        string? ns = null;
        if (rest is ["namespaces", var name, var next, ..] && next is not ("status" or "finalize"))
        {
            ns = name;
            rest = rest[2..];
        }
        else if (rest is ["namespaces", var own, ..] && rest.Length <= 3)
        {
            ns = own;
        }

        var subresource = rest.Length > 2 ? rest[2] : null;
        return new RequestInfo(group, version, ns, rest[0], rest.Length > 1 ? rest[1] : null, subresource, subresource is null ? "" : After(path, subresource));
    }

    // What follows the subresource, with its slashes as they are: a proxied path must not change.
    private static string After(string path, string subresource)
    {
        var at = path.IndexOf($"/{subresource}", StringComparison.Ordinal) + subresource.Length + 1;
        return at < path.Length ? path[at..] : "";
    }
}
