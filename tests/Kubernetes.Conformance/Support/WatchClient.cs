using System.Text.Json.Nodes;

namespace Kubernetes.Conformance.Support;

/// <summary>The client's end of a watch.</summary>
public sealed class WatchClient(HttpResponseMessage response, Stream stream) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly StreamReader _reader = new(stream);

    public int Code => (int)response.StatusCode;

    public void Dispose()
    {
        _reader.Dispose();
        response.Dispose();
    }

    /// <summary>The next event; null: the stream has ended.</summary>
    public async Task<JsonObject?> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var line = await _reader.ReadLineAsync(deadline.Token);
        return line is null ? null : (JsonObject)JsonNode.Parse(line)!;
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
