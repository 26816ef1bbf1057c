using Kubernetes.Client;
using Kubernetes.Client.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Faults;
using Todo.Operator.Tests.Simulation.Processes;
using Todo.Operator.Tests.Simulation.Services;
using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>The operator's processes: one that leads, another one when that ends, and for a moment both.</summary>
internal sealed class Fleet(ObjectStore store, VirtualClock clock, EventLoop loop, ManagementPort port, FaultPlan plan, Trace trace, Sabotage? sabotage) : IFate, IDisposable
{
    private static readonly TimeSpan Restart = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Afterlife = TimeSpan.FromSeconds(1);

    private readonly List<OperatorProcess> _processes = [];
    private readonly List<OperatorProcess> _ended = [];
    private int _started;

    public void Start()
    {
        var process = new SimulatedProcess($"operator-{++_started}", loop, clock);
        var network = new FaultyNetwork(process, store, clock, plan, this);
        trace.Add($"{process.Name} starts");
        var started = new OperatorProcess(process, network, json => Client(network, json), port, new TraceLog(process, trace), sabotage?.Services);
        _processes.Add(started);
        started.Start();
    }

    /// <summary>Whether any process has begun something.</summary>
    public bool Work()
    {
        var any = false;
        foreach (var process in _processes.ToList())
        {
            any |= process.Work();
        }

        foreach (var ended in _ended)
        {
            _processes.Remove(ended);
            ended.Dispose();
        }

        _ended.Clear();
        return any;
    }

    public void Written(SimulatedProcess process, int number, string what, FaultKind? fault) =>
        trace.Add($"{process.Name} write {number}: {what}{(fault is null ? string.Empty : $"   <== {fault}")}");

    public void Disturbed(SimulatedProcess process, int number, string what, FaultKind fault) => trace.Add($"{process.Name} event {number}: {what}   <== {fault}");

    public void Crash(SimulatedProcess process)
    {
        End(process);
        clock.After(Restart, Start);
    }

    public void TakeOver(SimulatedProcess process, FaultyNetwork network)
    {
        process.Freeze();
        Start();
        clock.After(Absence, () =>
        {
            trace.Add($"{process.Name} wakes up");
            process.Thaw();
            network.Release();
            clock.After(Afterlife, () => End(process));
        });
    }

    public void Dispose()
    {
        foreach (var process in _processes.Concat(_ended))
        {
            process.Dispose();
        }
    }

    private IKubernetesClient Client(FaultyNetwork network, KubernetesJson json)
    {
        var client = new SimulatedClient(store, network, json, port.Answer);
        return sabotage?.Client is { } wrap ? wrap(client) : client;
    }

    private void End(SimulatedProcess process)
    {
        trace.Add($"{process.Name} ends");
        process.Kill();
        _ended.AddRange(_processes.Where(p => p.Process == process));
    }
}

/// <summary>A part of the operator that is broken on purpose, to see whether the oracle notices.</summary>
/// <param name="Services">Replaces parts.</param>
/// <param name="Client">Stands between the operator and its client.</param>
internal sealed record Sabotage(Action<IServiceCollection>? Services = null, Func<IKubernetesClient, IKubernetesClient>? Client = null);
