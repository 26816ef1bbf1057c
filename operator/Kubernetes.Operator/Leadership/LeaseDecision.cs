using Kubernetes.Client.Models;

namespace Kubernetes.Operator.Leadership;

/// <summary>The rules of a Lease, without clock or network.</summary>
internal static class LeaseDecision
{
    /// <summary>Whether this process may take a Lease.</summary>
    /// <param name="lease">The Lease as it is.</param>
    /// <param name="holder">Who we are.</param>
    /// <param name="unchangedFor">How long we have seen no change of it.</param>
    /// <param name="ownDuration">How long ours would be.</param>
    public static bool MayTake(V1LeaseSpec? lease, string holder, TimeSpan unchangedFor, TimeSpan ownDuration)
    {
        if (string.IsNullOrEmpty(lease?.HolderIdentity) || lease.HolderIdentity == holder)
        {
            return true;
        }

        // The holder's own word on how long it may go without renewing counts: it may be configured differently.
        var duration = lease.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : ownDuration;
        return unchangedFor >= duration;
    }

    /// <summary>The Lease as we take it.</summary>
    public static V1LeaseSpec Taken(V1LeaseSpec? before, string holder, TimeSpan duration, DateTimeOffset now) => new()
    {
        HolderIdentity = holder,
        LeaseDurationSeconds = Math.Max(1, (int)Math.Ceiling(duration.TotalSeconds)),
        AcquireTime = before?.HolderIdentity == holder ? before.AcquireTime ?? now : now,
        RenewTime = now,
        LeaseTransitions = before is null ? 0 : (before.LeaseTransitions ?? 0) + (before.HolderIdentity == holder ? 0 : 1),
    };

    /// <summary>The Lease as its holder renews it.</summary>
    public static V1LeaseSpec Renewed(V1LeaseSpec? own, DateTimeOffset now) => (own ?? new V1LeaseSpec()) with { RenewTime = now };

    /// <summary>The Lease as its holder gives it back: held by nobody, and short, for those who do not read the holder.</summary>
    public static V1LeaseSpec GivenBack(V1LeaseSpec? own, DateTimeOffset now) => new()
    {
        HolderIdentity = "",
        LeaseDurationSeconds = 1,
        AcquireTime = own?.AcquireTime,
        RenewTime = now,
        LeaseTransitions = own?.LeaseTransitions,
    };
}
