namespace Kubernetes.Operator.Leadership;

/// <summary>Leader election by a Lease. The times are controller-runtime's.</summary>
public sealed class LeaderElectionOptions
{
    /// <summary>Whether there may be several instances. Without it, this instance leads at once.</summary>
    public bool Enabled { get; set; }

    /// <summary>Namespace of the Lease; null: the one the client is configured for.</summary>
    public string? Namespace { get; set; }

    /// <summary>Name of the Lease; null: the operator's name.</summary>
    public string? LeaseName { get; set; }

    /// <summary>Who we are; null: host name and a random part. Two instances must never share one.</summary>
    public string? Identity { get; set; }

    /// <summary>A standby takes over when it has seen no renewal for this long.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A leader that could not renew for this long stops leading. Must be shorter than <see cref="LeaseDuration"/>.</summary>
    public TimeSpan RenewDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause between attempts to renew or to take over.</summary>
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gives the Lease back at shutdown, so that a standby need not wait for it to run out.</summary>
    public bool ReleaseOnStop { get; set; } = true;

    /// <summary>Between 0 and 1: lengthens the pauses of standbys by up to a fifth, so that they do not ask together.</summary>
    public Func<double> Jitter { get; set; } = Random.Shared.NextDouble;
}
