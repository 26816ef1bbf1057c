using System.Text.Json.Nodes;

namespace Kubernetes.Conformance.Support;

/// <summary>The client's end of a watch.</summary>
public sealed class WatchClient(HttpResponseMessage response, Stream stream) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly StreamReader _reader = new(stream);

    public int Code => (int)response.StatusCode;

    /// <summary>Whether it is a map that the server's controllers put into every namespace: Kubernetes' own, and OpenShift's beside it.</summary>
    public static bool IsOfControllers(string? name) => name is "kube-root-ca.crt" or "openshift-service-ca.crt";

    public void Dispose()
    {
        _reader.Dispose();
        response.Dispose();
    }

    /// <summary>The next event of what a test has made; null: the stream has ended.</summary>
    public async Task<JsonObject?> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (await _reader.ReadLineAsync(deadline.Token) is { } line)
        {
            var change = (JsonObject)JsonNode.Parse(line)!;
            if (!IsOfControllers((string?)change["object"]!["metadata"]?["name"]))
            {
                return change;
            }
        }

        return null;
    }

    /// <summary>The next event that is no bookmark, as <c>TYPE name</c>.</summary>
    public async Task<string> NextChangeAsync()
    {
        while (await NextAsync() is { } change)
        {
            if ((string)change["type"]! != "BOOKMARK")
            {
                return $"{change["type"]} {change["object"]!["metadata"]!["name"]}";
            }
        }

        return "END";
    }
}
