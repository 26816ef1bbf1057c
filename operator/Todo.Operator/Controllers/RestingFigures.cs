using System.Collections.Concurrent;
using Kubernetes.Operator.Controllers;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Observation;

namespace Todo.Operator.Controllers;

/// <summary>
/// The ledger of a settled platform, for the metrics: what waits and what was given up goes on changing there. It is asked at the look that comes each minute, and nothing of it is written
/// to status.
/// </summary>
public sealed class RestingFigures(Interrogator interrogator, TimeProvider time)
{
    // Less than a minute: a look that comes a moment early shall not leave the figures as they are until the next one.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(50);

    private readonly ConcurrentDictionary<ObjectKey, (DateTimeOffset At, Known<LedgerView> Ledger)> _last = new();

    /// <summary>The snapshot with the ledger as it was heard of last. One that does not answer leaves the figures as they were.</summary>
    public async Task<Observed> ReadAsync(ObjectKey key, GenerationContext context, Observed observed, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var last = _last.GetValueOrDefault(key);
        if (!observed.Ledger.IsKnown && now - last.At < Interval)
        {
            return observed with { Ledger = last.Ledger };
        }

        var ledger = observed.Ledger.IsKnown ? observed.Ledger : await interrogator.LedgerAsync(context, observed, cancellationToken);
        _last[key] = (now, ledger.IsKnown ? ledger : last.Ledger);
        return observed with { Ledger = _last[key].Ledger };
    }

    /// <summary>A platform is gone.</summary>
    public void Forget(ObjectKey key) => _last.TryRemove(key, out _);
}
