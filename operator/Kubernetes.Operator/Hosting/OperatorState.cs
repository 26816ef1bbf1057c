namespace Kubernetes.Operator.Hosting;

/// <summary>How far the operator is, for probes.</summary>
internal sealed class OperatorState
{
    /// <summary>Whether the caches are complete. A standby that waits to lead is ready too.</summary>
    public bool IsReady { get; set; }

    /// <summary>Whether this process reconciles.</summary>
    public bool IsLeading { get; set; }

    /// <summary>Whether it stops.</summary>
    public bool IsStopping { get; set; }
}
