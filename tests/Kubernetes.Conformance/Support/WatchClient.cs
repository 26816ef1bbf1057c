using System.Text.Json.Nodes;

namespace Kubernetes.Conformance.Support;

/// <summary>The client's end of a watch.</summary>
public sealed class WatchClient(HttpResponseMessage response, Stream stream) : IDisposable
{
    /// <summary>A map that Kubernetes' controllers put into every namespace.</summary>
    public const string CertificateMap = "kube-root-ca.crt";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly StreamReader _reader = new(stream);

    public int Code => (int)response.StatusCode;

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
            if ((string?)change["object"]!["metadata"]?["name"] != CertificateMap)
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
