using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Environment;
using LocalCluster.Node.Logs;
using LocalCluster.Node.Probes;
using LocalCluster.Node.Processes;

namespace LocalCluster.Node.Pods;

/// <summary>Starts a container's process, watches over it, and starts it again as the restart policy says.</summary>
internal sealed class ContainerRunner
{
    private static readonly TimeSpan PipeRest = TimeSpan.FromMilliseconds(500);

    private readonly NodeServices _node;
    private readonly PodSandbox _pod;
    private readonly JsonObject _spec;
    private readonly Action _changed;
    private readonly RestartBackOff _backOff;
    private readonly Lock _lock = new();
    private SpawnedProcess? _process;
    private ProcessSpec? _context;
    private GraceClock? _stopping;

    /// <param name="node">What pods share.</param>
    /// <param name="pod">The pod's place.</param>
    /// <param name="spec">The container's spec.</param>
    /// <param name="changed">Called after every change of <see cref="Snapshot"/>.</param>
    public ContainerRunner(NodeServices node, PodSandbox pod, JsonObject spec, Action changed)
    {
        _node = node;
        _pod = pod;
        _spec = spec;
        _changed = changed;
        _backOff = new RestartBackOff(node.Options.RestartBackOff, node.Options.RestartBackOffCap, node.Options.RestartBackOffReset);
        Name = spec.Text("name") ?? "";
        Snapshot = new ContainerSnapshot(Name, spec.Text("image") ?? "", new ContainerState.Waiting("ContainerCreating"));
    }

    public string Name { get; }

    /// <summary>What is known of the container now.</summary>
    public ContainerSnapshot Snapshot { get; private set; }

    /// <summary>The running process's id, or null.</summary>
    public int? Pid
    {
        get
        {
            lock (_lock)
            {
                return _process?.Pid;
            }
        }
    }

    /// <summary>Runs the container until it has ended for good.</summary>
    /// <param name="restart">Says by the exit code whether it is started again.</param>
    /// <param name="stopping">From when on nothing is started any more.</param>
    /// <returns>The last exit code; null when it never ran.</returns>
    public async Task<int?> RunAsync(Func<int, bool> restart, CancellationToken stopping)
    {
        int? code = null;
        try
        {
            while (await PrepareAsync(stopping) is { } context)
            {
                var began = _node.Time.GetTimestamp();
                code = await RunOnceAsync(context, stopping);
                if (stopping.IsCancellationRequested || !restart(code.Value))
                {
                    return code;
                }

                await BackOffAsync(_node.Time.GetElapsedTime(began), stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // The pod is being stopped while this waited.
        }

        return code;
    }

    /// <summary>Ends the process: the preStop hook, SIGTERM, and when the time is over SIGKILL. Returns when it has ended.</summary>
    public Task StopAsync(GraceClock clock)
    {
        lock (_lock)
        {
            _stopping = clock;
        }

        return EndAsync(clock);
    }

    private async Task EndAsync(GraceClock clock)
    {
        SpawnedProcess? process;
        ProcessSpec? context;
        lock (_lock)
        {
            (process, context) = (_process, _context);
        }

        if (process is null || context is null)
        {
            return;
        }

        var hook = ProbeAction.Of(_spec.At("lifecycle", "preStop"), _spec, _pod.Address);
        var hasHook = hook is not null && !clock.Over.IsCancellationRequested;
        if (hasHook)
        {
            await RunPreStopAsync(hook!, context, clock.Over);
        }

        using var afterHook = hasHook ? clock.AfterPreStop() : null;
        process.Send(Signal.Terminate);
        try
        {
            await process.Exited.WaitAsync(afterHook?.Token ?? clock.Over);
        }
        catch (OperationCanceledException)
        {
            process.Send(Signal.Kill);
            await process.Exited;
        }
    }

    private async Task RunPreStopAsync(ProbeAction hook, ProcessSpec context, CancellationToken over)
    {
        try
        {
            var result = await _node.Prober.TryAsync(hook, context, Timeout.InfiniteTimeSpan, over);
            if (!result.Success)
            {
                _pod.Warn("FailedPreStopHook", $"PreStopHook failed: {result.Message}", Name);
            }
        }
        catch (OperationCanceledException)
        {
            _pod.Warn("FailedPreStopHook", "PreStopHook did not end within the grace period", Name);
        }
    }

    /// <summary>Sends a signal to the running process; false when there is none.</summary>
    public bool Send(Signal signal)
    {
        lock (_lock)
        {
            _process?.Send(signal);
            return _process is not null;
        }
    }

    /// <summary>Waits until image and configuration are there.</summary>
    private async Task<ProcessSpec?> PrepareAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var configChanged = _pod.ConfigChanged;
            if (_pod.FindProgram(_spec) is not { } program)
            {
                _pod.Warn("Failed", $"Failed to pull image \"{Snapshot.Image}\": not in the image table of this node", Name);
                Set(s => s with { State = new ContainerState.Waiting("ImagePullBackOff", $"Back-off pulling image \"{Snapshot.Image}\"") });
                await Task.Delay(Timeout.InfiniteTimeSpan, _node.Time, stopping);
            }
            else
            {
                try
                {
                    return _pod.ProcessFor(_spec, program);
                }
                catch (ConfigMissingException e)
                {
                    _pod.Warn("Failed", $"Error: {e.Message}", Name);
                    Set(s => s with { State = new ContainerState.Waiting("CreateContainerConfigError", e.Message), Ready = false, Started = false });
                    await configChanged.WaitAsync(stopping);
                }
            }
        }

        return null;
    }

    private async Task<int> RunOnceAsync(ProcessSpec context, CancellationToken stopping)
    {
        await using var log = _pod.OpenLog(Name, Snapshot.RestartCount);
        var start = _node.Time.GetUtcNow();
        if (_pod.WhyNotStart(Name) is { } refusal)
        {
            // What the real sidecar does by itself when the control plane can't give it its components.
            log.Write(refusal);
            Ended(1, start, $"process://none-{Snapshot.RestartCount}");
            return 1;
        }

        var process = await _node.Spawner.StartAsync(context);
        var id = $"process://{process.Pid}";
        var pumps = Task.WhenAll(log.FollowAsync(process.Output), log.FollowAsync(process.Error));
        var probes = new ContainerProbes(_node, _pod, _spec, context, Fail, Set);
        using var over = new CancellationTokenSource();
        GraceClock? lateStop;
        lock (_lock)
        {
            (_process, _context) = (process, context);
            lateStop = _stopping;
        }

        Set(s => s with { State = new ContainerState.Running(start), Ready = !probes.HasReadiness && !probes.HasStartup, Started = !probes.HasStartup, ContainerId = id });
        _pod.Note("Started", $"Started container {Name}", Name);
        if (lateStop is not null)
        {
            _ = EndAsync(lateStop);
        }

        var probing = probes.RunAsync(over.Token, stopping);
        var code = await process.Exited;
        await over.CancelAsync();
        lock (_lock)
        {
            _process = null;
        }

        Ended(code, start, id);
        await probing;
        await Task.WhenAny(pumps, Task.Delay(PipeRest, _node.Time, CancellationToken.None));
        process.Dispose();
        return code;
    }

    private void Ended(int code, DateTimeOffset start, string id) =>
        Set(s => s with
        {
            State = new ContainerState.Terminated(code, start, _node.Time.GetUtcNow(), id),
            Ready = false,
            Started = false,
            ContainerId = id,
        });

    private async Task BackOffAsync(TimeSpan ran, CancellationToken stopping)
    {
        var last = (ContainerState.Terminated)Snapshot.State;
        var delay = _backOff.Next(ran);
        if (delay > TimeSpan.Zero)
        {
            var message = $"back-off {delay.TotalSeconds:0.###}s restarting failed container={Name} pod={_pod.Name}_{_pod.Namespace}({_pod.Uid})";
            _pod.Warn("BackOff", $"Back-off restarting failed container {Name} in pod {_pod.Name}_{_pod.Namespace}({_pod.Uid})", Name);
            Set(s => s with { State = new ContainerState.Waiting("CrashLoopBackOff", message), Last = last });
            await Task.Delay(delay, _node.Time, stopping);
        }

        lock (_lock)
        {
            Snapshot = Snapshot with { Last = last, RestartCount = Snapshot.RestartCount + 1 };
        }
    }

    /// <summary>A liveness or startup probe has failed: the process is ended so that it starts anew.</summary>
    private void Fail(string which, int? graceSeconds)
    {
        _pod.Note("Killing", $"Container {Name} failed {which} probe, will be restarted", Name);
        _ = EndWithinAsync(TimeSpan.FromSeconds(graceSeconds ?? _pod.GraceSeconds));

        async Task EndWithinAsync(TimeSpan grace)
        {
            using var clock = new GraceClock(grace, _node.Time);
            await EndAsync(clock);
        }
    }

    private void Set(Func<ContainerSnapshot, ContainerSnapshot> change)
    {
        lock (_lock)
        {
            var former = Snapshot;
            Snapshot = change(former);
            if (Snapshot == former)
            {
                return;
            }
        }

        _changed();
    }
}
