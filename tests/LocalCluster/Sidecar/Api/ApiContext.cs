using System.Collections.Concurrent;
using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.Delivery;
using LocalCluster.Sidecar.Jobs;
using LocalCluster.Sidecar.Metrics;
using LocalCluster.Sidecar.Publishing;
using LocalCluster.Sidecar.Runtime;

namespace LocalCluster.Sidecar.Api;

/// <summary>What the API's endpoints work with.</summary>
internal sealed record ApiContext(
    DaprdOptions Options,
    RuntimeHealth Health,
    ComponentRegistry Components,
    SubscriptionManager Subscriptions,
    Publisher Publisher,
    PolicyTable Policies,
    SidecarMetrics Metrics,
    SchedulerClient? Scheduler,
    ShutdownRequest Shutdown,
    TimeProvider Time)
{
    /// <summary>Attributes set by <c>PUT /v1.0/metadata/{key}</c>.</summary>
    public ConcurrentDictionary<string, string> Extended { get; } = new(StringComparer.Ordinal);
}
