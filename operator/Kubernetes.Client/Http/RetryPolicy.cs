using Kubernetes.Client.Errors;

namespace Kubernetes.Client.Http;

/// <summary>Decides whether a failed request is sent again, and when.</summary>
internal static class RetryPolicy
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>The pause before the next attempt, or null to give up.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="isRead">Whether the request changes nothing.</param>
    /// <param name="attempt">How many attempts there were, from 1.</param>
    /// <param name="maxRetries">How many more than one are allowed.</param>
    /// <param name="jitter">Between 0 and 1.</param>
    public static TimeSpan? PauseBefore(KubernetesException failure, bool isRead, int attempt, int maxRetries, double jitter)
    {
        if (attempt > maxRetries || !IsSafe(failure, isRead))
        {
            return null;
        }

        // The server's word counts; a longer pause than we would wait is the caller's business.
        if (failure.RetryAfter is { } asked)
        {
            return asked <= LongestPause ? asked + (FirstPause * jitter) : null;
        }

        var pause = FirstPause * Math.Pow(2, attempt - 1);
        return (pause < LongestPause ? pause : LongestPause) * (0.5 + (jitter / 2));
    }

    // A write is sent again only when the server says that it did not start it. After a timeout, a 500 or a cut connection it may have happened.
    private static bool IsSafe(KubernetesException failure, bool isRead) => failure.Error switch
    {
        KubernetesError.TooManyRequests => true,
        KubernetesError.ServerError when (int?)failure.StatusCode == 503 && failure.RetryAfter is not null => true,
        KubernetesError.ServerError or KubernetesError.Unreachable or KubernetesError.Timeout => isRead,
        _ => false,
    };
}
