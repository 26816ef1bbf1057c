using Kubernetes.Client.Entities;
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

    /// <summary>Each group on this broker leaves a partition without a member: what is published to it waits.</summary>
    public Broker? Unmanned { get; set; }

    /// <summary>Handlers fail for two in three events that come over this broker: so often that no stretch of luck passes for good figures.</summary>
    public Broker? Poisoned { get; set; }

    /// <summary>New pods that publish to this broker never become ready.</summary>
    public Broker? Stuck { get; set; }

    /// <summary>Nobody reads this broker any more, whoever is subscribed.</summary>
    public Broker? Unread { get; set; }

    /// <summary>This broker does not answer when it is asked what it still holds, and nobody reads it.</summary>
    public Broker? Down { get; set; }

    /// <summary>New objects of this type over Redis are refused by a webhook.</summary>
    public KubernetesEntityDefinition? Refused { get; set; }

    /// <summary>Dapr's scheduler does not answer: no job is made or deleted.</summary>
    public bool SchedulerDown { get; set; }

    /// <summary>The ledger does not answer.</summary>
    public bool LedgerAway { get; set; }

    /// <summary>Events take a second as soon as anybody publishes to this broker.</summary>
    public Broker? Slow { get; set; }

    /// <summary>Sidecars keep what they have loaded, whatever changes.</summary>
    public bool Stubborn { get; set; }

    /// <summary>All is well again.</summary>
    public void Clear()
    {
        (InjectorOff, SidecarsCrash, SchedulerDown, LedgerAway, Stubborn) = (false, false, false, false, false);
        (Unloadable, Deaf, Unmanned, Poisoned, Stuck, Unread, Down, Slow, Refused) = (null, null, null, null, null, null, null, null, null);
    }
}
