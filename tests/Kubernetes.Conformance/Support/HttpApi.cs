using System.Text;
using System.Text.Json.Nodes;

namespace Kubernetes.Conformance.Support;

/// <summary>Plain requests: what is sent is what stands in the test, and the answer is looked at as it came.</summary>
public sealed class HttpApi(HttpClient client) : IDisposable
{
    public void Dispose() => client.Dispose();

    public Task<HttpAnswer> GetAsync(string path, string? accept = null) => SendAsync(HttpMethod.Get, path, null, null, accept);

    public Task<HttpAnswer> PostAsync(string path, JsonNode body) => SendAsync(HttpMethod.Post, path, body.ToJsonString(), "application/json");

    public Task<HttpAnswer> PutAsync(string path, JsonNode body) => SendAsync(HttpMethod.Put, path, body.ToJsonString(), "application/json");

    public Task<HttpAnswer> DeleteAsync(string path, JsonNode? body = null) => SendAsync(HttpMethod.Delete, path, body?.ToJsonString(), "application/json");

    /// <param name="path">Path and query.</param>
    /// <param name="type">merge, json, strategic or apply.</param>
    /// <param name="body">The patch.</param>
    public Task<HttpAnswer> PatchAsync(string path, string type, string body) => SendAsync(
        HttpMethod.Patch, path, body, type switch
        {
            "merge" => "application/merge-patch+json",
            "json" => "application/json-patch+json",
            "strategic" => "application/strategic-merge-patch+json",
            _ => "application/apply-patch+yaml",
        });

    public Task<HttpAnswer> ApplyAsync(string path, string manager, string body, bool force = false) =>
        PatchAsync($"{path}{(path.Contains('?') ? '&' : '?')}fieldManager={manager}&force={(force ? "true" : "false")}", "apply", body);

    public async Task<WatchClient> WatchAsync(string path, string? accept = null)
    {
        using var request = Request(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new WatchClient(response, await response.Content.ReadAsStreamAsync());
    }

    public async Task<HttpAnswer> SendAsync(HttpMethod method, string path, string? body, string? contentType, string? accept = null)
    {
        using var request = Request(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, contentType!);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? values.ToList() : [];
        return new HttpAnswer((int)response.StatusCode, text, warnings, response.Content.Headers.ContentType?.ToString() ?? "", response.Headers.Location?.ToString());
    }

    private static HttpRequestMessage Request(HttpMethod method, string path) =>
        new(method, path.TrimStart('/')) { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
}

/// <summary>An answer.</summary>
public sealed record HttpAnswer(int Code, string Text, IReadOnlyList<string> Warnings, string ContentType, string? Location)
{
    public JsonObject Json => (JsonObject)JsonNode.Parse(Text)!;

    public string? Reason => (string?)Json["reason"];

    public string Message => (string?)Json["message"] ?? "";

    public HttpAnswer Expect(int code)
    {
        Assert.True(Code == code, $"expected {code}, got {Code}: {Text}");
        return this;
    }
}
