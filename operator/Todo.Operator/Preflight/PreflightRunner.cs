using Kubernetes.Client.Errors;
using Todo.Operator.Decisions;
using Todo.Operator.Telemetry;

namespace Todo.Operator.Preflight;

/// <summary>Makes all checks, at the same time, each with a time limit. None stops another.</summary>
public sealed class PreflightRunner(IEnumerable<IPreflightCheck> checks, TimeProvider time)
{
    /// <summary>Longest time for one check.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>All findings, in the order of the checks.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        using var span = PlatformTracing.StartPreflight();
        var results = await Task.WhenAll(checks.Select(c => RunAsync(c, context, cancellationToken)));
        var found = results.SelectMany(r => r).ToList();
        var names = checks.SelectMany(c => new[] { c.Name, c.SecondName }).OfType<string>();
        var misspelt = context.Skipped.Misspelt([.. names], [.. found.Select(r => r.Name)])
            .Select(n => CheckResult.Warning($"skip-checks/{n.Name}", $"Annotation {SkippedChecks.Annotation} names {n.Name}, but {n.Why}; nothing is left out for it."));
        List<CheckResult> findings = [.. found.Concat(misspelt).GroupBy(r => r.Name, StringComparer.Ordinal).Select(g => Together([.. g]))];
        PlatformTracing.Ended(span, findings);
        return findings;
    }

    /// <summary>Status has one entry per name: the worst outcome, with the messages of all that is not as it should be.</summary>
    private static CheckResult Together(List<CheckResult> same) => same.Count == 1 ? same[0] : new CheckResult(
        same[0].Name,
        same.Max(r => r.Outcome),
        string.Join(" ", same.OrderByDescending(r => r.Outcome).Where(r => r.Outcome != CheckOutcome.Passed || same.TrueForAll(s => s.Outcome == CheckOutcome.Passed)).Select(r => r.Message).Distinct()));

    /// <summary>Whether a move may begin.</summary>
    public static PreflightVerdict Judge(IReadOnlyList<CheckResult> results)
    {
        var failed = results.Where(r => r.Outcome == CheckOutcome.Failed).ToList();
        if (failed.Count > 0)
        {
            return new PreflightVerdict(MayBegin: false, $"{failed.Count} of {results.Count} checks failed: {string.Join(" ", failed.Select(f => $"[{f.Name}] {f.Message}"))}");
        }

        var unknown = results.FirstOrDefault(r => r.Outcome == CheckOutcome.Unknown);
        return unknown is null ? PreflightVerdict.Passed : new PreflightVerdict(MayBegin: false, $"Waiting: [{unknown.Name}] {unknown.Message}");
    }

    private async Task<IReadOnlyList<CheckResult>> RunAsync(IPreflightCheck check, PreflightContext context, CancellationToken cancellationToken)
    {
        if (context.Skipped.Contains(check.Name))
        {
            return [CheckResult.Skipped(check.Name)];
        }

        if (!check.Applies(context))
        {
            return [CheckResult.Passed(check.Name, $"Not needed for {context.Observed.Wanted}.")];
        }

        using var span = PlatformTracing.StartCheck(check.Name);
        var findings = await FindAsync(check, context, cancellationToken);
        PlatformTracing.Ended(span, findings);
        return findings;
    }

    private async Task<IReadOnlyList<CheckResult>> FindAsync(IPreflightCheck check, PreflightContext context, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Limit, time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var results = await check.CheckAsync(context, timeout.Token);
            return [.. results.Select(r => context.Skipped.Contains(r.Name) ? CheckResult.Skipped(r.Name) : r)];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [CheckResult.Unknown(check.Name, $"No result within {Limit.TotalSeconds:0} s.")];
        }
        catch (KubernetesException e) when (e.Error == KubernetesError.Forbidden)
        {
            return [CheckResult.Unknown(check.Name, $"The operator may not look: {e.Message} Apply config/rbac, or leave this check out ({SkippedChecks.Annotation}).")];
        }
        catch (KubernetesException e)
        {
            return [CheckResult.Unknown(check.Name, $"The API server does not answer: {e.Message}")];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A check that breaks is no reason to hide what the others have found.
            return [CheckResult.Unknown(check.Name, $"The check itself failed: {e.Message}")];
        }
    }
}
