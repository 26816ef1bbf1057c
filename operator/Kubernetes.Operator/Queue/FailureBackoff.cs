namespace Kubernetes.Operator.Queue;

/// <summary>Pauses after failures of one key: each in a row doubles the pause, up to a limit.</summary>
/// <param name="First">Pause after the first failure.</param>
/// <param name="Longest">Never longer than this.</param>
internal sealed record FailureBackoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The pause after so many failures in a row, from 1.</summary>
    public TimeSpan After(int failures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var seconds = First.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 60));
        return seconds < Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Longest;
    }
}
