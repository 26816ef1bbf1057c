namespace LocalCluster.ApiServer.Http;

/// <summary>A request to a resource, taken apart: what Kubernetes calls RequestInfo.</summary>
internal sealed record RequestInfo(string Group, string Version, string? Namespace, string Resource, string? Name, string? Subresource, string Rest)
{
    /// <summary>Reads <c>/api/v1/...</c> and <c>/apis/GROUP/VERSION/...</c>; null for other paths.</summary>
    /// <param name="path">As it came, with its percent signs: a proxied path must not change.</param>
    public static RequestInfo? Parse(string path)
    {
        string[] parts = [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
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
        var before = (group.Length == 0 ? 2 : 3) + (ns is null || rest[0] == "namespaces" ? 0 : 2) + 3;
        return new RequestInfo(group, version, ns, rest[0], rest.Length > 1 ? rest[1] : null, subresource, subresource is null ? "" : After(path, before));
    }

    // What follows a number of segments.
    private static string After(string path, int segments)
    {
        var at = 0;
        while (at < path.Length && segments >= 0)
        {
            if (path[at] == '/' && (at == 0 || path[at - 1] != '/') && segments-- == 0)
            {
                return path[at..];
            }

            at++;
        }

        return "";
    }
}
