using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Operator.Leadership;

/// <summary>Holds a Lease while it leads.</summary>
/// <remarks>
/// Clocks of different machines are never compared: whether the other's Lease has run out is judged by how long this process has seen no change of it.
/// Every write carries the version that was read, so two can never both succeed. A renewal that is still under way at the deadline is cancelled before leadership
/// is given up, and nothing is renewed after that.
/// </remarks>
internal sealed class LeaderElector(IKubernetesClient client, LeaseIdentity identity, LeaderElectionOptions options, TimeProvider time, ILogger logger)
{
    private V1Lease? _seen;
    private long _seenAt;

    /// <summary>Whether this process leads right now.</summary>
    public bool IsLeader { get; private set; }

    /// <summary>Waits until this process leads.</summary>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        LeadershipLog.Waiting(logger, identity.Holder, identity.Namespace, identity.Name);
        while (!await TryOnceAsync(cancellationToken))
        {
            await Task.Delay(options.RetryPeriod * (1 + (options.Jitter() * 0.2)), time, cancellationToken);
        }

        IsLeader = true;
        LeadershipLog.Leading(logger, identity.Holder, identity.Namespace, identity.Name);
    }

    /// <summary>Renews until leadership is lost (returns) or until cancelled.</summary>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        var renewedAt = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(Shorter(options.RetryPeriod, Left(renewedAt)), time, cancellationToken);
            var attemptedAt = time.GetTimestamp();
            if (Left(renewedAt) > TimeSpan.Zero && await RenewWithinAsync(Left(renewedAt), cancellationToken))
            {
                // Counted from before the request: the Lease may have been written right after it was sent.
                renewedAt = attemptedAt;
            }
            else if (Left(renewedAt) <= TimeSpan.Zero || HeldByOther())
            {
                IsLeader = false;
                LeadershipLog.Lost(logger, identity.Holder, identity.Namespace, identity.Name);
                return;
            }
        }
    }

    /// <summary>Gives the Lease back, so that a standby can lead at once.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (!IsLeader || _seen is not { } lease)
        {
            return;
        }

        IsLeader = false;
        try
        {
            await GiveBackAsync(lease, cancellationToken);
            LeadershipLog.Released(logger, identity.Holder, identity.Namespace, identity.Name);
        }
        catch (KubernetesException e)
        {
            LeadershipLog.ReleaseFailed(logger, identity.Namespace, identity.Name, e.Message);
        }
    }

    private async Task GiveBackAsync(V1Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            await client.ReplaceAsync(Update(lease, LeaseDecision.GivenBack(lease.Spec, time.GetUtcNow())), cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.Error == KubernetesError.Conflict)
        {
            // The last renewal may have been written though its answer was no longer awaited. What is somebody else's by now is left alone.
            if (await client.GetAsync<V1Lease>(identity.Namespace, identity.Name, cancellationToken) is { } live && live.Spec?.HolderIdentity == identity.Holder)
            {
                await client.ReplaceAsync(Update(live, LeaseDecision.GivenBack(live.Spec, time.GetUtcNow())), cancellationToken: cancellationToken);
            }
        }
    }

    private async Task<bool> RenewWithinAsync(TimeSpan left, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(left, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await TryOnceAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> TryOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A leader knows its Lease: one request renews it. Only when that fails (somebody has changed it) it is read again.
            if (IsLeader && _seen is { } own && own.Spec?.HolderIdentity == identity.Holder)
            {
                Observe(await client.ReplaceAsync(Update(own, LeaseDecision.Renewed(own.Spec, time.GetUtcNow())), cancellationToken: cancellationToken));
                return true;
            }

            var lease = await client.GetAsync<V1Lease>(identity.Namespace, identity.Name, cancellationToken);
            if (lease is null)
            {
                Observe(await client.CreateAsync(NewLease(), cancellationToken: cancellationToken));
                return true;
            }

            Observe(lease);
            if (!LeaseDecision.MayTake(lease.Spec, identity.Holder, time.GetElapsedTime(_seenAt), options.LeaseDuration))
            {
                return false;
            }

            var taken = LeaseDecision.Taken(lease.Spec, identity.Holder, options.LeaseDuration, time.GetUtcNow());
            Observe(await client.ReplaceAsync(Update(lease, taken), cancellationToken: cancellationToken));
            return true;
        }
        catch (KubernetesException e) when (e.Error is KubernetesError.Conflict or KubernetesError.AlreadyExists or KubernetesError.NotFound)
        {
            // Somebody was quicker, or an answer of ours got lost: look again.
            await LookAsync(cancellationToken);
            return false;
        }
        catch (KubernetesException e)
        {
            LeadershipLog.AttemptFailed(logger, identity.Namespace, identity.Name, e.Error, e.Message);
            return false;
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            _seen = null;
            if (await client.GetAsync<V1Lease>(identity.Namespace, identity.Name, cancellationToken) is { } lease)
            {
                Observe(lease);
            }
        }
        catch (KubernetesException e)
        {
            LeadershipLog.AttemptFailed(logger, identity.Namespace, identity.Name, e.Error, e.Message);
        }
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private TimeSpan Left(long renewedAt)
    {
        var left = options.RenewDeadline - time.GetElapsedTime(renewedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private bool HeldByOther() => _seen?.Spec?.HolderIdentity is { Length: > 0 } holder && holder != identity.Holder;

    private void Observe(V1Lease lease)
    {
        if (_seen?.ResourceVersion() != lease.ResourceVersion())
        {
            _seenAt = time.GetTimestamp();
        }

        _seen = lease;
    }

    private V1Lease NewLease() => new()
    {
        Metadata = new V1ObjectMeta { Name = identity.Name, NamespaceProperty = identity.Namespace },
        Spec = LeaseDecision.Taken(null, identity.Holder, options.LeaseDuration, time.GetUtcNow()),
    };

    private static V1Lease Update(V1Lease lease, V1LeaseSpec spec) => lease with { Spec = spec };
}
