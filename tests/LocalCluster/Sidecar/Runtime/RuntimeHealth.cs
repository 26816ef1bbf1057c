using LocalCluster.Sidecar.Metrics;

namespace LocalCluster.Sidecar.Runtime;

/// <summary>What <c>/v1.0/healthz</c> and <c>/v1.0/healthz/outbound</c> answer.</summary>
internal sealed class RuntimeHealth(SidecarMetrics metrics)
{
    private volatile bool _outbound;
    private volatile bool _inbound;
    private volatile bool _ending;

    /// <summary>Components are up and the API is open; the app is not needed for this.</summary>
    public bool IsOutboundReady => _outbound && !_ending;

    /// <summary>The app's port has opened, too.</summary>
    public bool IsReady => _outbound && _inbound && !_ending;

    public void OutboundIsReady() => _outbound = true;

    public void InboundIsReady() => _inbound = true;

    public void Ending() => _ending = true;

    public bool Probe()
    {
        metrics.HealthProbe(IsReady);
        return IsReady;
    }
}
