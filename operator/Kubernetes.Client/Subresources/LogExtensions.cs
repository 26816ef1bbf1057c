using System.Runtime.CompilerServices;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Http;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;

namespace Kubernetes.Client.Subresources;

/// <summary>Logs of containers.</summary>
public static class LogExtensions
{
    /// <summary>The lines of a container's log, one by one; with <see cref="LogOptions.Follow"/> until it ends.</summary>
    /// <exception cref="Errors.KubernetesException">NotFound: no such pod. BadRequest: no such container, or it has not started yet.
    /// Unreachable: the stream broke.</exception>
    public static async IAsyncEnumerable<string> ReadLogsAsync(
        this IKubernetesClient client, string ns, string pod, LogOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var path = KubernetesEntityDefinition.Of<V1Pod>().ObjectPath(ns, pod, "log") + QueryString.Of(options ?? new LogOptions());
        using var lines = new StreamReader(await client.OpenAsync(path, cancellationToken));
        while (await LineAsync(lines, path, cancellationToken) is { } line)
        {
            yield return line;
        }
    }

    private static async Task<string?> LineAsync(StreamReader lines, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (ErrorReader.Translate(e, path, timedOut: false, cancellationToken) is { } failure)
        {
            throw failure;
        }
    }
}
