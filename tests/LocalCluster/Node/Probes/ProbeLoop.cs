namespace LocalCluster.Node.Probes;

/// <summary>
/// Repeats a probe and reports changes of its verdict. Until the first success the probe is tried several times within each period,
/// so that a container counts as ready as soon as it is; a period with no success among them is one failure, as in Kubernetes.
/// </summary>
internal sealed class ProbeLoop(ProbeSpec spec, Func<CancellationToken, Task<ProbeResult>> attempt, TimeSpan firstInterval, TimeProvider time)
{
    /// <summary>Called for every counted failure, with its message.</summary>
    public required Action<string> Failed { get; init; }

    /// <summary>Called when the successes in a row reach the threshold (true) or the failures do (false).</summary>
    public required Action<bool> Decided { get; init; }

    /// <summary>Runs until cancelled or, with <paramref name="untilDecided"/>, until the first verdict.</summary>
    /// <returns>The last verdict; null when there was none.</returns>
    public async Task<bool?> RunAsync(bool untilDecided, CancellationToken cancellationToken)
    {
        var tally = new ProbeTally(spec.SuccessThreshold, spec.FailureThreshold);
        try
        {
            await Task.Delay(spec.InitialDelay, time, cancellationToken);
            while (true)
            {
                var windowStart = time.GetTimestamp();
                var result = tally.EverSucceeded
                    ? await attempt(cancellationToken)
                    : await TryDuringPeriodAsync(cancellationToken);
                if (!result.Success)
                {
                    Failed(result.Message);
                }

                if (tally.Count(result.Success) is { } verdict)
                {
                    Decided(verdict);
                    if (untilDecided)
                    {
                        return verdict;
                    }
                }

                var left = spec.Period - time.GetElapsedTime(windowStart);
                if (left > TimeSpan.Zero)
                {
                    await Task.Delay(left, time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return tally.Verdict;
        }
    }

    private async Task<ProbeResult> TryDuringPeriodAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var result = await attempt(cancellationToken);
            if (result.Success || time.GetElapsedTime(start) + firstInterval >= spec.Period)
            {
                return result;
            }

            await Task.Delay(firstInterval, time, cancellationToken);
        }
    }
}
