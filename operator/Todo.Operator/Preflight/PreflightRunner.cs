using Kubernetes.Client.Errors;
using Todo.Operator.Decisions;

namespace Todo.Operator.Preflight;

/// <summary>Makes all checks, at the same time, each with a time limit. None stops another.</summary>
public sealed class PreflightRunner(IEnumerable<IPreflightCheck> checks)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>All findings, in the order of the checks.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(checks.Select(c => RunAsync(c, context, cancellationToken)));
        return [.. results.SelectMany(r => r)];
    }

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

    private static async Task<IReadOnlyList<CheckResult>> RunAsync(IPreflightCheck check, PreflightContext context, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Limit);
        try
        {
            return await check.CheckAsync(context, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [CheckResult.Unknown(check.Name, $"No result within {Limit.TotalSeconds:0} s.")];
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
