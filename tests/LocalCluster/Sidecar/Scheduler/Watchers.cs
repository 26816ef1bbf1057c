using LocalCluster.Sidecar.Scheduler.Protocol;

namespace LocalCluster.Sidecar.Scheduler;

/// <summary>How one attempt to fire ended.</summary>
internal enum FiringResult
{
    Taken,
    Failed,

    /// <summary>The sidecar went away before it answered: whether the app was called is unknown, another one gets it.</summary>
    Undelivered,
}

/// <summary>The sidecars that take firings, per app, in turns.</summary>
internal sealed class Watchers
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Namespace, string AppId), List<SidecarConnection>> _watching = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _turn;

    public void Set(SidecarConnection connection, bool on)
    {
        lock (_gate)
        {
            var key = (connection.Namespace, connection.AppId);
            var list = _watching.TryGetValue(key, out var found) ? found : _watching[key] = [];
            list.Remove(connection);
            if (on)
            {
                list.Add(connection);
                _changed.TrySetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Fires through the next sidecar of the app, waiting for one when there is none.</summary>
    public async Task<FiringResult> FireAsync(Job job, CancellationToken cancellation)
    {
        while (true)
        {
            SidecarConnection? next = null;
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
                if (_watching.TryGetValue((job.Key.Namespace, job.Key.AppId), out var list) && list.Count > 0)
                {
                    next = list[_turn++ % list.Count];
                }
            }

            if (next is not null)
            {
                return await next.FireAsync(job.Key.Name, job.Definition.Data, cancellation);
            }

            await changed.WaitAsync(cancellation);
        }
    }
}
