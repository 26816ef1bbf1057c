using System.Buffers;

namespace LocalCluster.Sidecar.Api;

/// <summary>Reading requests.</summary>
internal static class RequestBody
{
    /// <summary>The whole body; it is limited by <c>--dapr-http-max-request-size</c>.</summary>
    public static async Task<byte[]> ReadAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Metadata comes from the query string alone: <c>?metadata.key=value</c>. Request headers mean nothing.</summary>
    public static Dictionary<string, string> Metadata(HttpContext context)
    {
        const string Prefix = "metadata.";
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in context.Request.Query)
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                metadata[name[Prefix.Length..]] = values.ToString();
            }
        }

        return metadata;
    }

    /// <summary>A W3C trace header that is well formed, else empty.</summary>
    public static string TraceParent(HttpContext context)
    {
        var text = context.Request.Headers.TraceParent.ToString();
        return text.Length == 55 && text[2] == '-' && text[35] == '-' && text[52] == '-' ? text : "";
    }

    public static string Route(HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";
}
