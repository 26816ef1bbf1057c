using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Metrics;
using LocalCluster.Sidecar.Publishing;

namespace LocalCluster.Sidecar.Delivery;

/// <summary>What every subscription's delivery works with.</summary>
internal sealed record DeliveryServices(
    DaprdOptions Options,
    AppChannel App,
    Publisher Publisher,
    PolicyTable Policies,
    SidecarMetrics Metrics,
    TimeProvider Time,
    ILogger Log);
