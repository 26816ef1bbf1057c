using System.Globalization;
using System.Text.Json.Nodes;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Nodes;
using Todo.Operator.Tests.Simulation.Services;
using Todo.Operator.Tests.Simulation.Time;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>What must never happen on the way, whatever goes wrong with the operator. Each broken law is told once.</summary>
internal sealed class Laws
{
    // What Stage.Limits gives.
    private static readonly TimeSpan Soak = TimeSpan.FromMilliseconds(200);

    private readonly SimulatedWorld _world;
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);

    private (string Name, DateTimeOffset At)? _edited;

    public Laws(SimulatedWorld world)
    {
        _world = world;
        world.Store.Committed += Look;
        world.Traffic.Ticked += Look;
    }

    public IEnumerable<string> Broken => _broken;

    private void Look(Change change)
    {
        var edited = change.Before is { } before && before.Generation() != change.Object.Generation() && !change.Object.IsDeleting();
        if (edited && change.Type == Kinds.Subscription)
        {
            Tell($"Subscription {change.Object.Name()} was edited in place");
        }
        else if (edited && change.Type == Kinds.Component && _world.Kubelet.Pods.Any(p => p.PublishesTo == change.Object.Name()))
        {
            Edited(change);
        }
        else if (change.Type == Kinds.Platform && Epoch(change.Object) < Epoch(change.Before))
        {
            Tell($"status went back from move {Epoch(change.Before)} to move {Epoch(change.Object)}");
        }
    }

    /// <summary>
    /// A Component in use may get other settings of the same broker (decision 0003): an address stays, and only one app's sidecars have to take them up at a time, except on the way
    /// back to settings that worked.
    /// </summary>
    private void Edited(Change change)
    {
        var (name, now) = (change.Object.Name(), _world.Clock.Now);
        if (change.Before!["spec"].Text("type") != change.Object["spec"].Text("type") || !Addresses(change.Before).Intersect(Addresses(change.Object), StringComparer.Ordinal).Any())
        {
            Tell($"Component {name} was led to another broker while in use");
        }

        if (_edited is { } last && last.Name != name && now - last.At < Soak && _world.Store.List(Kinds.Platform).FirstOrDefault()?["status"]?["move"].Text("reason") != "Rollback")
        {
            Tell($"Component {name} was edited {(now - last.At).TotalMilliseconds:0} ms after {last.Name}");
        }

        _edited = (name, now);
    }

    private static IEnumerable<string> Addresses(JsonObject component) =>
        component["spec"]!["metadata"]!.AsArray().Where(m => m.Text("name") is "brokers" or "redisHost").SelectMany(m => m.Text("value")!.Split(','));

    private static long Epoch(JsonObject? platform) => long.Parse(platform?["status"]?["move"].Text("epoch") ?? "0", CultureInfo.InvariantCulture);

    private void Look()
    {
        if (_world.Traffic.Refused > 0)
        {
            Tell("a request found no pod");
        }

        foreach (var pod in _world.Kubelet.Pods.Where(p => p is { IsReady: true, UseDapr: true }))
        {
            if (_world.Store.Find(Kinds.Component, Kinds.Namespace, pod.PublishesTo) is null)
            {
                Tell($"{pod.Deployment} publishes to {pod.PublishesTo}, which does not exist");
            }
            else if (_world.Weather.Unmanned is { } broker && Sidecars.IsOver(pod.PublishesTo, broker))
            {
                Tell($"{pod.Deployment} publishes to {pod.PublishesTo}, where a partition has no member");
            }
        }

        foreach (var (broker, consumer) in _world.Brokers.Waiting().ToList())
        {
            if (!Listens(broker, consumer))
            {
                Tell($"{consumer.AppId} has events waiting on {broker} and does not listen there");
            }
        }

        if (_world.Ledger.Job && !_world.Kubelet.Of(ServiceId.Notification).Any(p => p.HasSidecar))
        {
            Tell("the job is left behind without a sidecar");
        }
    }

    private bool Listens(Broker broker, AppDefinition consumer) =>
        (broker == Broker.Kafka && _world.Kubelet.Of(consumer.Id).Any(p => p.ConsumesDirect))
        || _world.Store.List(Kinds.Subscription).Any(s => Sidecars.IsOver(s.Name(), broker) && s.Name().Contains(consumer.AppId, StringComparison.Ordinal));

    private void Tell(string what)
    {
        if (_broken.Add(what))
        {
            _world.Trace.Add($"LAW BROKEN: {what}");
        }
    }
}
