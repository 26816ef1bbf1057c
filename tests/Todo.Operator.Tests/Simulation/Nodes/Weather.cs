using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Nodes;

/// <summary>What is wrong with the world of a scenario, besides the faults that are put into a run.</summary>
internal sealed class Weather
{
    /// <summary>Pods get no sidecar although they ask for one: injection fails open.</summary>
    public bool InjectorOff { get; set; }

    /// <summary>Sidecars of new pods crash again and again.</summary>
    public bool SidecarsCrash { get; set; }

    /// <summary>Sidecars cannot initialise Components of this broker.</summary>
    public Broker? Unloadable { get; set; }

    /// <summary>Sidecars show their Subscriptions on this broker, and nothing comes through.</summary>
    public Broker? Deaf { get; set; }

    /// <summary>Handlers fail for one in three events that come over this broker.</summary>
    public Broker? Poisoned { get; set; }

    /// <summary>New pods that publish to this broker never become ready.</summary>
    public Broker? Stuck { get; set; }
}
