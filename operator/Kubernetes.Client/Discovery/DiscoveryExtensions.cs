using Kubernetes.Client.Errors;
using Kubernetes.Client.Http;
using Kubernetes.Client.Models;

namespace Kubernetes.Client.Discovery;

/// <summary>What a server can do.</summary>
public static class DiscoveryExtensions
{
    /// <summary>The server's version.</summary>
    public static Task<VersionInfo> GetVersionAsync(this IKubernetesClient client, CancellationToken cancellationToken = default) =>
        client.SendJsonAsync<VersionInfo>(HttpMethod.Get, "/version", null, cancellationToken);

    /// <summary>The server's groups; the core group is not among them.</summary>
    public static Task<V1APIGroupList> GetGroupsAsync(this IKubernetesClient client, CancellationToken cancellationToken = default) =>
        client.SendJsonAsync<V1APIGroupList>(HttpMethod.Get, "/apis", null, cancellationToken);

    /// <summary>The resources of a group's version (<c>v1</c>, <c>apps/v1</c>); null when the server has no such version.</summary>
    public static async Task<V1APIResourceList?> GetResourcesAsync(this IKubernetesClient client, string apiVersion, CancellationToken cancellationToken = default)
    {
        try
        {
            return await client.SendJsonAsync<V1APIResourceList>(
                HttpMethod.Get, apiVersion.Contains('/') ? $"/apis/{apiVersion}" : $"/api/{apiVersion}", null, cancellationToken);
        }
        catch (KubernetesException e) when (e.Error == KubernetesError.NotFound)
        {
            return null;
        }
    }
}
