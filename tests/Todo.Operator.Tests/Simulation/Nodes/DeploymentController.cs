using System.Text.Json.Nodes;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Operator.Tests.Simulation.Nodes;

/// <summary>Rolling updates with maxSurge 1 and maxUnavailable 0; what never got ready under an older template goes first.</summary>
internal sealed class DeploymentController
{
    private readonly ObjectStore _store;
    private readonly VirtualClock _clock;
    private readonly Kubelet _kubelet;
    private readonly Random _random;
    private readonly HashSet<string> _planned = new(StringComparer.Ordinal);

    public DeploymentController(ObjectStore store, VirtualClock clock, Kubelet kubelet, Random random)
    {
        (_store, _clock, _kubelet, _random) = (store, clock, kubelet, random);
        store.Committed += change =>
        {
            if (change.Type == Kinds.Deployment && change.Object.Generation() != (change.Before?.Generation() ?? 0))
            {
                Plan(change.Object.Name());
            }
        };
        kubelet.Changed += pod => Plan(pod.Deployment);
    }

    private void Plan(string name)
    {
        if (_planned.Add(name))
        {
            _clock.After(TimeSpan.FromMilliseconds(_random.Next(10, 60)), () =>
            {
                _planned.Remove(name);
                Sync(name);
            });
        }
    }

    private void Sync(string name)
    {
        if (_store.Find(Kinds.Deployment, Kinds.Namespace, name) is not { } deployment)
        {
            return;
        }

        var template = (JsonObject)deployment["spec"]!["template"]!;
        var text = template.ToJsonString();
        var replicas = deployment["spec"]!["replicas"]!.GetValue<int>();
        var live = _kubelet.Pods.Where(p => p.Deployment == name && !p.IsEnding).ToList();
        var old = live.Where(p => p.Template != text).OrderBy(p => p.IsReady).ToList();
        foreach (var pod in old.TakeWhile(p => !p.IsReady || live.Count(l => l.IsReady && !l.IsEnding) > replicas))
        {
            _kubelet.End(pod);
        }

        live = [.. live.Where(p => !p.IsEnding)];
        for (var missing = Math.Min(replicas - live.Count(p => p.Template == text), replicas + 1 - live.Count); missing > 0; missing--)
        {
            live.Add(_kubelet.Start(name, text, template));
        }

        _store.Change(Kinds.Deployment, Kinds.Namespace, name, d => d.Having("status", Status(d, live, text)), "status");
    }

    private static JsonObject Status(JsonObject deployment, List<PodState> live, string template) => new()
    {
        ["observedGeneration"] = deployment.Generation(),
        ["replicas"] = live.Count,
        ["updatedReplicas"] = live.Count(p => p.Template == template),
        ["readyReplicas"] = live.Count(p => p.IsReady),
        ["availableReplicas"] = live.Count(p => p.IsReady),
    };
}
