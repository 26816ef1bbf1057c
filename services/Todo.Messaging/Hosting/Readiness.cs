using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace Todo.Messaging.Hosting;

/// <summary>
/// What <c>GET /readyz</c> says. Looked at in the background, so that a probe costs nothing and never waits for what is not there. A required check ends readiness only when
/// it has been unwell for <see cref="Patience"/>: taking every pod out of service at once is worse than a few answers with 503.
/// </summary>
internal sealed class Readiness(ServiceState state, IEnumerable<IReadinessCheck> checks, TimeProvider time) : BackgroundService
{
    /// <summary>Longer than a failover of the database that requests survive by being repeated.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly IReadinessCheck[] _checks = [.. checks];
    private readonly ConcurrentDictionary<IReadinessCheck, Seen> _seen = new();

    /// <summary>Whether this pod should get traffic.</summary>
    public bool IsReady => state.IsReady && !_checks.Any(IsLongUnwell);

    /// <summary>A line for the whole, then one for each check: <c>[+]</c> well, <c>[-]</c> not.</summary>
    public string Describe()
    {
        var text = new StringBuilder(
            state.Draining.IsCancellationRequested ? "draining" : !state.Started.IsCompletedSuccessfully ? "starting" : IsReady ? "ok" : "not ready").Append('\n');
        foreach (var check in _checks)
        {
            if (_seen.TryGetValue(check, out var seen))
            {
                text.Append(seen.Answer.IsWell ? "[+] " : "[-] ").Append(check.Name).Append(": ").Append(seen.Answer.Detail).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Looks at everything once.</summary>
    internal Task LookAsync(CancellationToken cancellationToken) => Task.WhenAll(_checks.Select(check => LookAsync(check, cancellationToken)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await state.Started.WaitAsync(stoppingToken).Quietly();
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken).Quietly();
            await Task.Delay(Interval, time, stoppingToken).Quietly();
        }
    }

    private async Task LookAsync(IReadinessCheck check, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        ReadinessAnswer answer;
        try
        {
            answer = await check.LookAsync(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            answer = new(false, $"no answer within {Limit.TotalSeconds:0} s");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            answer = new(false, e.Message.ReplaceLineEndings(" "));
        }

        var now = time.GetUtcNow();
        _seen.AddOrUpdate(check, _ => new(answer, now), (_, before) => new(answer, answer.IsWell || before.Answer.IsWell ? now : before.Since));
    }

    private bool IsLongUnwell(IReadinessCheck check) =>
        check.IsRequired && _seen.TryGetValue(check, out var seen) && !seen.Answer.IsWell && time.GetUtcNow() - seen.Since >= Patience;

    /// <param name="Since">When it was last well, or, while it is not, when that began.</param>
    private sealed record Seen(ReadinessAnswer Answer, DateTimeOffset Since);
}
