using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Faults;
using Todo.Operator.Tests.Simulation.Nodes;
using Todo.Operator.Tests.Simulation.Scenarios;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>A cluster at rest as a scenario finds it. Brought there once by the undisturbed operator; each run gets a copy.</summary>
internal sealed class Scene
{
    private const int Seed = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<string, Lazy<Scene>> Made = new(StringComparer.Ordinal);

    private readonly Lock _copying = new();
    private readonly SimulatedWorld _world;

    private Scene(SimulatedWorld world) => _world = world;

    public static Scene Of(Beginning? begin) => Made.GetOrAdd(begin?.Spec ?? string.Empty, _ => new Lazy<Scene>(() => Make(begin))).Value;

    /// <summary>A world of its own, in this state.</summary>
    public SimulatedWorld Copy(int seed)
    {
        var world = new SimulatedWorld(seed, _world.Clock.Now);

        // Reading JSON nodes may change how they are held.
        lock (_copying)
        {
            world.Store.Restore(_world.Store);
            world.Kubelet.Adopt(_world.Kubelet.Pods.Select(Copy));
        }

        world.Ledger.Obeys(_world.Ledger.Epoch);
        (world.Ledger.Job, world.Ledger.JobStopped) = (_world.Ledger.Job, _world.Ledger.JobStopped);
        return world;
    }

    private static Scene Make(Beginning? begin)
    {
        var world = SimulatedWorld.Untouched(Seed);
        using var fleet = new Fleet(world.Store, world.Clock, world.Loop, world.Port, new FaultPlan([]), world.Trace, sabotage: null);
        var player = new Player(world, fleet);
        player.Until(() => world.Kubelet.Pods.Count > 4 && world.Kubelet.Pods.All(p => p.IsReady), Quiet);
        if (begin is not null)
        {
            world.Traffic.Start();
            fleet.Start();
            player.Until(() => false, TimeSpan.FromSeconds(1));
            var stage = new Stage(world);
            stage.Create(begin.Spec);
            if (!player.Until(() => stage.IsDone("Migrated", begin.Target), Patience))
            {
                throw new InvalidOperationException($"{begin.Target} is not reached:\n{string.Join('\n', world.Trace.Lines)}");
            }
        }

        world.Traffic.Flows = false;
        player.Until(() => false, Quiet);
        return world.Ledger.Open.Count == 0 ? new Scene(world) : throw new InvalidOperationException($"{world.Ledger.Open.Count} events are open.");
    }

    private static PodState Copy(PodState pod)
    {
        var copy = new PodState(pod.Name, pod.Deployment, pod.Template, pod.App, JsonNode.Parse(pod.Template)!.AsObject(), pod.HasSidecar) { Token = pod.Token, IsReady = pod.IsReady, IsRunning = pod.IsRunning };
        copy.Components.UnionWith(pod.Components);
        foreach (var (name, held) in pod.Subscriptions)
        {
            copy.Subscriptions[name] = held;
        }

        return copy;
    }
}
