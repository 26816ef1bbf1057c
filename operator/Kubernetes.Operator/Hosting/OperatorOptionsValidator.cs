using Microsoft.Extensions.Options;

namespace Kubernetes.Operator.Hosting;

/// <summary>Checks the settings at the start.</summary>
internal sealed class OperatorOptionsValidator : IValidateOptions<OperatorOptions>
{
    public ValidateOptionsResult Validate(string? name, OperatorOptions options)
    {
        var wrong = Problems(options).ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Problems(OperatorOptions options)
    {
        var election = options.LeaderElection;
        if (string.IsNullOrWhiteSpace(options.Name))
        {
            yield return "OperatorOptions.Name is not set: the operator needs a name for its Lease and Events.";
        }

        if (election.RenewDeadline >= election.LeaseDuration)
        {
            yield return $"LeaderElection.RenewDeadline ({election.RenewDeadline}) must be shorter than LeaseDuration ({election.LeaseDuration}).";
        }

        if (election.RetryPeriod * 1.2 >= election.RenewDeadline || election.RetryPeriod <= TimeSpan.Zero)
        {
            yield return $"LeaderElection.RetryPeriod ({election.RetryPeriod}) must be positive and, with its jitter of 20 %, shorter than RenewDeadline ({election.RenewDeadline}).";
        }

        if (options.ReconcileTimeout <= TimeSpan.Zero || options.CacheSyncTimeout <= TimeSpan.Zero || options.ShutdownTimeout < TimeSpan.Zero)
        {
            yield return "OperatorOptions: ReconcileTimeout and CacheSyncTimeout must be positive, ShutdownTimeout not negative.";
        }

        if (options.FailureBackoff.First <= TimeSpan.Zero || options.FailureBackoff.Longest < options.FailureBackoff.First)
        {
            yield return "OperatorOptions.FailureBackoff: the first pause must be positive and not longer than the longest.";
        }
    }
}
