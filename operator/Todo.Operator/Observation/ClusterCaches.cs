using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Operator.Caching;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Observation;

/// <summary>The part of a snapshot that costs no request.</summary>
public sealed class ClusterCaches(
    IEntityCache<V1Deployment> deployments,
    IEntityCache<V1Pod> pods,
    IEntityCache<DaprComponent> components,
    IEntityCache<DaprSubscription> subscriptions,
    IEntityCache<DaprResiliency> resiliencies,
    IEntityCache<DaprConfiguration> configurations)
{
    /// <summary>All services, from Deployments and pods.</summary>
    public IReadOnlyList<ServiceView> Services(GenerationContext context)
    {
        var all = pods.List(context.Namespace);
        return [.. context.Apps.Select(app => ServiceReader.Read(context, app, deployments.Get(context.Namespace, app.Deployment), all))];
    }

    /// <summary>Those of the generated objects that exist and belong to this platform.</summary>
    public IReadOnlyList<ExistingObject> Objects(GenerationContext context, IReadOnlyList<GeneratedObject> generated)
    {
        List<ExistingObject> existing = [];
        foreach (var wanted in generated)
        {
            if (Get(context.Namespace, wanted.Key) is { } live && live.GetLabel(V1Alpha1TodoPlatform.PlatformLabel) == context.Name)
            {
                existing.Add(new ExistingObject(wanted.Key, live.Uid(), live.ResourceVersion(), ManifestComparer.IsCurrent(live, wanted.Manifest), live.IsDeleting(), live.Metadata.OwnerReferences is { Count: > 0 }));
            }
        }

        return existing;
    }

    /// <summary>Brokers for which pub/sub Components of this platform exist, with the settings that stand in them.</summary>
    public IReadOnlyDictionary<Broker, BrokerEndpoint> Endpoints(V1Alpha1TodoPlatform platform)
    {
        var (names, apps) = (new Names(platform.Name()), PlatformTopology.Of(platform.Spec));
        return components.List(platform.Namespace())
            .Where(c => c.GetLabel(V1Alpha1TodoPlatform.PlatformLabel) == platform.Name())
            .Select(c => (Broker: names.BrokerOf(c.Name(), apps), App: apps.FirstOrDefault(a => c.Name().EndsWith($"-{a.AppId}", StringComparison.Ordinal)), Component: c))
            .Where(c => c.Broker is not null && c.App is not null)
            .GroupBy(c => c.Broker!.Value)
            .Select(g => (Broker: g.Key, Endpoint: EndpointReader.Read([.. g.Select(c => (c.App!, c.Component))])))
            .Where(e => e.Endpoint is not null)
            .ToDictionary(e => e.Broker, e => e.Endpoint!);
    }

    private DaprObject? Get(string ns, GeneratedKey key) => key.Kind switch
    {
        GeneratedKind.Component => components.Get(ns, key.Name),
        GeneratedKind.Subscription => subscriptions.Get(ns, key.Name),
        GeneratedKind.Resiliency => resiliencies.Get(ns, key.Name),
        _ => configurations.Get(ns, key.Name),
    };
}
