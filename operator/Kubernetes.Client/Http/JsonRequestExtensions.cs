using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Client.Serialization;

namespace Kubernetes.Client.Http;

/// <summary>Requests that have no method of their own, through any client.</summary>
internal static class JsonRequestExtensions
{
    /// <summary>Sends, and reads the answer; a failed one is a <see cref="Errors.KubernetesException"/>. A body is a merge patch.</summary>
    public static async Task<T> SendJsonAsync<T>(
        this IKubernetesClient client, HttpMethod method, string pathAndQuery, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, pathAndQuery);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/merge-patch+json");
        }

        using var response = await client.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await ErrorReader.ReadAsync(response, TimeProvider.System, cancellationToken);
        }

        try
        {
            await using var answer = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(answer, KubernetesJson.Default.TypeInfo<T>(), cancellationToken) ?? throw new JsonException("null");
        }
        catch (Exception e) when (ErrorReader.Translate(e, pathAndQuery, timedOut: false, cancellationToken) is { } failure)
        {
            throw failure;
        }
    }
}
