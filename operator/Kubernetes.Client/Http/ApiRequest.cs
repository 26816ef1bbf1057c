using System.Net.Http.Headers;

namespace Kubernetes.Client.Http;

/// <summary>A request that can be sent more than once.</summary>
internal sealed record ApiRequest(HttpMethod Method, string PathAndQuery, byte[]? Body = null, string ContentType = "application/json")
{
    public bool IsRead => Method == HttpMethod.Get || Method == HttpMethod.Head;

    public HttpRequestMessage ToMessage(Uri server)
    {
        var message = new HttpRequestMessage(Method, Resolve(server, PathAndQuery))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        }

        return message;
    }

    // A server address may have a path (clusters behind a gateway), so paths are taken relative to it.
    public static Uri Resolve(Uri server, string pathAndQuery) => new(server, pathAndQuery.TrimStart('/'));
}
