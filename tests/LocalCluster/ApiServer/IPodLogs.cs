namespace LocalCluster.ApiServer;

/// <summary>What the API server asks the node for when somebody reads <c>pods/NAME/log</c>.</summary>
public interface IPodLogs
{
    /// <summary>
    /// Copies a container's log to <paramref name="output"/>, flushing as lines come; with Follow until the container ends or the caller leaves.
    /// </summary>
    /// <returns>False when there is no such pod or container on this node.</returns>
    Task<bool> CopyAsync(PodLogRequest request, Stream output, CancellationToken cancellationToken);
}

/// <summary>Query of <c>pods/NAME/log</c>. Container null: the only one, or the annotation's default container.</summary>
public sealed record PodLogRequest(
    string Namespace, string Pod, string? Container, bool Follow = false, bool Previous = false, int? TailLines = null, bool Timestamps = false, int? SinceSeconds = null);
