using System.Collections.Concurrent;
using LocalCluster.ApiServer;

namespace LocalCluster.Node.Logs;

/// <summary>The logs of all pods on this node; each container keeps its current run and the one before.</summary>
internal sealed class PodLogs(TimeProvider time) : IPodLogs
{
    private readonly ConcurrentDictionary<(string Namespace, string Pod), Entry> _pods = new();

    /// <summary>A new pod; the default container is the one read when a request names none.</summary>
    public void Add(string ns, string pod, string defaultContainer) => _pods[(ns, pod)] = new Entry(defaultContainer);

    /// <summary>The pod is gone.</summary>
    public void Remove(string ns, string pod) => _pods.TryRemove((ns, pod), out _);

    /// <summary>Opens the log of a container's new run; the file of the run before the last one is deleted.</summary>
    public ContainerLog Open(string ns, string pod, string container, string path)
    {
        var log = new ContainerLog(path, time);
        if (_pods.TryGetValue((ns, pod), out var entry))
        {
            entry.Runs.AddOrUpdate(container, _ => (log, null), (_, runs) =>
            {
                if (runs.Previous is { } old)
                {
                    File.Delete(old.Path);
                }

                return (log, runs.Current);
            });
        }

        return log;
    }

    /// <inheritdoc/>
    public async Task<bool> CopyAsync(PodLogRequest request, Stream output, CancellationToken cancellationToken)
    {
        if (!_pods.TryGetValue((request.Namespace, request.Pod), out var entry)
            || !entry.Runs.TryGetValue(request.Container ?? entry.DefaultContainer, out var runs)
            || (request.Previous ? runs.Previous : runs.Current) is not { } log)
        {
            return false;
        }

        try
        {
            await LogCopier.CopyAsync(log, request, output, time, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            // The pod went while this was read.
            return false;
        }

        return true;
    }

    private sealed record Entry(string DefaultContainer)
    {
        public ConcurrentDictionary<string, (ContainerLog Current, ContainerLog? Previous)> Runs { get; } = new(StringComparer.Ordinal);
    }
}
