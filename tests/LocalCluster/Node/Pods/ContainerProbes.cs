using System.Text.Json.Nodes;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Probes;
using LocalCluster.Node.Processes;

namespace LocalCluster.Node.Pods;

/// <summary>The probes of one run of a container.</summary>
internal sealed class ContainerProbes
{
    private readonly NodeServices _node;
    private readonly PodSandbox _pod;
    private readonly string _name;
    private readonly ProcessSpec _context;
    private readonly Action<string, int?> _fail;
    private readonly Action<Func<ContainerSnapshot, ContainerSnapshot>> _set;
    private readonly ProbeSpec? _startup;
    private readonly ProbeSpec? _readiness;
    private readonly ProbeSpec? _liveness;
    private readonly ProbeAction? _postStart;

    /// <param name="node">What pods share.</param>
    /// <param name="pod">The pod's place.</param>
    /// <param name="container">The container's spec.</param>
    /// <param name="context">Environment for commands.</param>
    /// <param name="fail">Called when the container has to be restarted: which probe, and its own grace period.</param>
    /// <param name="set">Changes the container's snapshot.</param>
    public ContainerProbes(
        NodeServices node, PodSandbox pod, JsonObject container, ProcessSpec context, Action<string, int?> fail, Action<Func<ContainerSnapshot, ContainerSnapshot>> set)
    {
        (_node, _pod, _context, _fail, _set) = (node, pod, context, fail, set);
        _name = container.Text("name") ?? "";
        _startup = ProbeSpec.Of(container.At("startupProbe"), container, pod.Address);
        _readiness = ProbeSpec.Of(container.At("readinessProbe"), container, pod.Address);
        _liveness = ProbeSpec.Of(container.At("livenessProbe"), container, pod.Address);
        _postStart = ProbeAction.Of(container.At("lifecycle", "postStart"), container, pod.Address);
    }

    public bool HasStartup => _startup is not null || _postStart is not null;

    public bool HasReadiness => _readiness is not null;

    /// <summary>Probes until the process has ended. Liveness is not asked any more once the pod is stopping; readiness is.</summary>
    public async Task RunAsync(CancellationToken ended, CancellationToken stopping)
    {
        using var endedOrStopping = CancellationTokenSource.CreateLinkedTokenSource(ended, stopping);
        if (HasStartup && !await StartAsync(endedOrStopping.Token))
        {
            return;
        }

        _set(s => s with { Started = true, Ready = s.Ready || _readiness is null });
        await Task.WhenAll(ReadinessAsync(ended), LivenessAsync(endedOrStopping.Token));
    }

    private async Task<bool> StartAsync(CancellationToken cancellationToken)
    {
        if (_postStart is not null)
        {
            try
            {
                var result = await _node.Prober.TryAsync(_postStart, _context, TimeSpan.FromSeconds(_pod.GraceSeconds + 30), cancellationToken);
                if (!result.Success)
                {
                    _pod.Warn("FailedPostStartHook", $"PostStartHook failed: {result.Message}", _name);
                    _fail("postStart", null);
                    return false;
                }
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        if (_startup is null)
        {
            return true;
        }

        var verdict = await Loop(_startup, "Startup", _ => { }).RunAsync(untilDecided: true, cancellationToken);
        if (verdict == false)
        {
            _fail("startup", _startup.TerminationGracePeriodSeconds);
        }

        return verdict == true;
    }

    private async Task ReadinessAsync(CancellationToken cancellationToken)
    {
        if (_readiness is not null)
        {
            await Loop(_readiness, "Readiness", ready => _set(s => s with { Ready = ready })).RunAsync(untilDecided: false, cancellationToken);
        }
    }

    private async Task LivenessAsync(CancellationToken cancellationToken)
    {
        if (_liveness is null)
        {
            return;
        }

        // Until the first success Kubernetes counts every period too, so a success does not end the loop; a failure does.
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Loop(_liveness, "Liveness", alive =>
        {
            if (!alive)
            {
                failed.Cancel();
                _fail("liveness", _liveness.TerminationGracePeriodSeconds);
            }
        }).RunAsync(untilDecided: false, failed.Token);
    }

    private ProbeLoop Loop(ProbeSpec spec, string which, Action<bool> decided) =>
        new(spec, token => _node.Prober.TryAsync(spec.Action, _context, spec.Timeout, token), _node.Options.FirstProbeInterval, _node.Time)
        {
            Failed = message => _pod.Warn("Unhealthy", $"{which} probe failed: {message}", _name),
            Decided = decided,
        };
}
