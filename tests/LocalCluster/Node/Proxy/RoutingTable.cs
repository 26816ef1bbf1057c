using System.Net;

namespace LocalCluster.Node.Proxy;

/// <summary>
/// Which pods may get new connections. A pod that ends is taken out here at once and with confirmation, before anything in it is told
/// to stop: waiting for its EndpointSlice would leave a gap in which a connection still goes to a process that has closed its port.
/// </summary>
internal sealed class RoutingTable
{
    private readonly Lock _lock = new();
    private readonly HashSet<IPAddress> _stopped = [];
    private readonly Dictionary<IPAddress, int> _dialing = [];
    private readonly Dictionary<IPAddress, TaskCompletionSource> _waiting = [];

    /// <summary>The address belongs to a new pod.</summary>
    public void Admit(IPAddress pod)
    {
        lock (_lock)
        {
            _stopped.Remove(pod);
        }
    }

    /// <summary>No new connection to this pod from now on; completes when those being opened are open or have failed.</summary>
    public Task StopAsync(IPAddress pod)
    {
        lock (_lock)
        {
            _stopped.Add(pod);
            if (!_dialing.ContainsKey(pod))
            {
                return Task.CompletedTask;
            }

            if (!_waiting.TryGetValue(pod, out var waiting))
            {
                _waiting[pod] = waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return waiting.Task;
        }
    }

    /// <summary>Asks to open a connection; when true, <see cref="Dialed"/> must follow.</summary>
    public bool TryDial(IPAddress pod)
    {
        lock (_lock)
        {
            if (_stopped.Contains(pod))
            {
                return false;
            }

            _dialing[pod] = _dialing.GetValueOrDefault(pod) + 1;
            return true;
        }
    }

    /// <summary>The connection is open, or could not be opened.</summary>
    public void Dialed(IPAddress pod)
    {
        lock (_lock)
        {
            if (--_dialing[pod] == 0)
            {
                _dialing.Remove(pod);
                if (_waiting.Remove(pod, out var waiting))
                {
                    waiting.SetResult();
                }
            }
        }
    }
}
