using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;

namespace Kubernetes.Client.Subresources;

/// <summary>Services, reached through the API server.</summary>
public static class ServiceProxyExtensions
{
    /// <summary>Sends an HTTP request to a port of a Service. The request's URI is relative to it: <c>/healthz?verbose</c>.</summary>
    /// <remarks>The answer is the Service's own, whatever its status. As with pods, <c>Authorization</c> does not get through. No retry.</remarks>
    /// <param name="client">The API server.</param>
    /// <param name="ns">Namespace.</param>
    /// <param name="service">Name of the Service.</param>
    /// <param name="port">Number or name of its port.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public static Task<HttpResponseMessage> SendToServiceAsync(
        this IKubernetesClient client, string ns, string service, IntOrString port, HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        var path = request.RequestUri?.OriginalString.TrimStart('/');
        var root = KubernetesEntityDefinition.Of<V1Service>().CollectionPath(ns);
        request.RequestUri = new Uri($"{root}/{Uri.EscapeDataString(service)}:{Uri.EscapeDataString($"{port}")}/proxy/{path}", UriKind.Relative);
        return client.SendAsync(request, cancellationToken);
    }
}
