using System.Text.Json.Nodes;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Time;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Nodes;

/// <summary>What sidecars have loaded: everything at their start, and by hot reload, each a little later.</summary>
internal sealed class Sidecars
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private static readonly IReadOnlyList<string> AppIds = [.. PlatformTopology.Of(new TodoPlatformSpec()).Select(a => a.AppId)];

    private readonly ObjectStore _store;
    private readonly VirtualClock _clock;
    private readonly Kubelet _kubelet;
    private readonly Weather _weather;
    private readonly Random _random;
    private readonly HashSet<PodState> _retrying = [];

    public Sidecars(ObjectStore store, VirtualClock clock, Kubelet kubelet, Weather weather, Random random)
    {
        (_store, _clock, _kubelet, _weather, _random) = (store, clock, kubelet, weather, random);
        kubelet.Changed += pod =>
        {
            if (pod is { HasSidecar: true, IsReady: true })
            {
                Load(pod);
            }
        };
        store.Committed += change =>
        {
            if (change.Type == Kinds.Component || change.Type == Kinds.Subscription)
            {
                Reload(change.Object);
            }
        };
    }

    /// <summary>By which transports events of this broker reach a consumer's pod.</summary>
    public IEnumerable<string> Paths(PodState pod, Broker broker) => Members(pod, broker).Where(via => via == Transport.DirectName || _weather.Deaf != broker);

    /// <summary>As what a consumer's pod has joined its group on this broker: a sidecar that is deaf has too.</summary>
    public static IEnumerable<string> Members(PodState pod, Broker broker)
    {
        if (!pod.IsRunning)
        {
            yield break;
        }

        if (broker == Broker.Kafka && pod.ConsumesDirect)
        {
            yield return Transport.DirectName;
        }

        var held = pod.HasSidecar ? pod.Subscriptions.Values.FirstOrDefault(s => s.Works && pod.App.Consumes.Contains(s.Topic) && IsOver(s.Component, broker)) : null;
        if (held is not null && pod.Components.Contains(held.Component))
        {
            yield return held.Component;
        }
    }

    /// <summary>Whether the name of a Component or a Subscription says this broker: an app follows it at once, another endpoint of the same kind has its mark in between.</summary>
    public static bool IsOver(string name, Broker broker) =>
        $"-{broker.Name()}-" is var part && name.IndexOf(part, StringComparison.Ordinal) is >= 0 and var at && AppIds.Any(a => name.AsSpan(at + part.Length).StartsWith(a));

    private static bool IsInScope(JsonObject value, AppDefinition app) => value["scopes"] is not JsonArray scopes || scopes.Any(s => s!.GetValue<string>() == app.AppId);

    private void Reload(JsonObject changed)
    {
        foreach (var pod in _kubelet.Pods.Where(p => p.HasSidecar && IsInScope(changed, p.App)).ToList())
        {
            _clock.After(TimeSpan.FromMilliseconds(_random.Next(30, 400)), () => Load(pod));
        }
    }

    private void Retry(PodState pod)
    {
        if (_retrying.Add(pod))
        {
            _clock.After(Again, () =>
            {
                _retrying.Remove(pod);
                Load(pod);
            });
        }
    }

    private void Load(PodState pod)
    {
        if (!pod.IsRunning)
        {
            return;
        }

        if (_weather.Stubborn)
        {
            Retry(pod);
            return;
        }

        pod.Components.Clear();
        pod.Components.UnionWith(_store.List(Kinds.Component).Where(c => IsInScope(c, pod.App)).Select(c => c.Name())
            .Where(name => _weather.Unloadable is not { } broken || !IsOver(name, broken)));
        if (_weather.Unloadable is not null)
        {
            Retry(pod);
        }

        var wanted = _store.List(Kinds.Subscription).Where(s => IsInScope(s, pod.App)).ToDictionary(s => s.Name());
        foreach (var gone in pod.Subscriptions.Keys.Where(k => !wanted.ContainsKey(k)).ToList())
        {
            pod.Subscriptions.Remove(gone);
        }

        foreach (var (name, value) in wanted)
        {
            var edited = pod.Subscriptions.TryGetValue(name, out var held) && held.Uid == value.Uid() && (held.Generation != value.Generation() || !held.Works);
            pod.Subscriptions[name] = new HeldSubscription(
                value.Uid(), value.Generation(), value["spec"].Text("pubsubname")!, value["spec"].Text("topic")!, Works: !edited);
        }
    }
}
