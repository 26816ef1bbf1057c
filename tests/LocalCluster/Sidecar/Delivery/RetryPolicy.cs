using LocalCluster.Sidecar.PubSub;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.Delivery;

/// <summary>Timeout and retries for one direction of one component.</summary>
internal sealed record RetryPolicy(PolicySpec Spec)
{
    private const double Multiplier = 1.5;
    private const double Jitter = 0.5;
    private static readonly TimeSpan FirstExponentialPause = TimeSpan.FromMilliseconds(500);

    public static RetryPolicy None { get; } = new(PolicySpec.None);

    public TimeSpan? Timeout => Spec.Timeout;

    /// <summary>The pause after <paramref name="failures"/> failed attempts (1 = the first one); null = give up.</summary>
    /// <param name="failures">How many attempts have failed so far.</param>
    /// <param name="random">A number in [0, 1) that spreads exponential pauses.</param>
    public TimeSpan? PauseAfter(int failures, double random)
    {
        if (Spec.Retry is not { } retry || (retry.MaxRetries >= 0 && failures > retry.MaxRetries))
        {
            return null;
        }

        if (!retry.Exponential)
        {
            return retry.Duration;
        }

        var pause = FirstExponentialPause * Math.Pow(Multiplier, Math.Min(failures - 1, 60));
        pause = pause < retry.MaxInterval ? pause : retry.MaxInterval;
        return pause * (1 - Jitter + (2 * Jitter * random));
    }

    /// <summary>Runs <paramref name="action"/> until it succeeds or the policy gives up, then lets the last error through.</summary>
    /// <exception cref="TimeoutException">The last attempt took longer than the policy's timeout.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> action, TimeProvider time, CancellationToken cancellation)
    {
        for (var failures = 1; ; failures++)
        {
            TimeSpan? pause;
            try
            {
                await (Timeout is { } limit ? action(cancellation).WaitAsync(limit, time, cancellation) : action(cancellation));
                return;
            }
            catch (Exception error) when (error is PubSubException or TimeoutException
                                          && (pause = PauseAfter(failures, Random.Shared.NextDouble())) is not null)
            {
                await Task.Delay(pause.Value, time, cancellation);
            }
        }
    }
}

/// <summary>The policies of all Resiliency resources in scope, by component name: a component that is not named has none.</summary>
internal sealed class PolicyTable
{
    private readonly Dictionary<string, RetryPolicy> _inbound = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RetryPolicy> _outbound = new(StringComparer.Ordinal);

    public PolicyTable(IEnumerable<ResiliencySpec> resources)
    {
        foreach (var resource in resources)
        {
            Names.Add(resource.Name);
            foreach (var (component, policy) in resource.Inbound)
            {
                _inbound[component] = new RetryPolicy(policy);
            }

            foreach (var (component, policy) in resource.Outbound)
            {
                _outbound[component] = new RetryPolicy(policy);
            }
        }
    }

    public List<string> Names { get; } = [];

    public RetryPolicy Inbound(string component) => _inbound.GetValueOrDefault(component, RetryPolicy.None);

    public RetryPolicy Outbound(string component) => _outbound.GetValueOrDefault(component, RetryPolicy.None);
}
