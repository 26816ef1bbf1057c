namespace LocalCluster.Node.Probes;

/// <summary>Counts results in a row against a probe's thresholds.</summary>
internal sealed class ProbeTally(int successThreshold, int failureThreshold)
{
    private int _successes;
    private int _failures;

    /// <summary>Whether there was any success yet.</summary>
    public bool EverSucceeded { get; private set; }

    /// <summary>The last verdict; null before the first.</summary>
    public bool? Verdict { get; private set; }

    /// <summary>Takes in a result.</summary>
    /// <returns>The verdict, when this result changed it.</returns>
    public bool? Count(bool success)
    {
        EverSucceeded |= success;
        (_successes, _failures) = success ? (_successes + 1, 0) : (0, _failures + 1);
        bool? verdict = _successes >= successThreshold ? true : _failures >= failureThreshold ? false : null;
        if (verdict is null || verdict == Verdict)
        {
            return null;
        }

        Verdict = verdict;
        return verdict;
    }
}
