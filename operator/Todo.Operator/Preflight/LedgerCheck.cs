using Todo.Operator.Decisions;

namespace Todo.Operator.Preflight;

/// <summary>The event ledger answers: without it nothing can be proven, and so nothing may begin. It answers from the services' database.</summary>
public sealed class LedgerCheck : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "ledger";

    /// <inheritdoc/>
    public Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var ledger = context.Observed.Ledger;
        IReadOnlyList<CheckResult> results =
        [
            ledger.IsKnown
                ? CheckResult.Passed(Name, "Services and database answer.")
                : Rotation.Changed(context.Observed, context.Observed.Memory).Contains(context.Observed.TokenSecret)
                ? CheckResult.Warning(Name, $"The ledger does not answer ({ledger.Why}): pods were started with another management token. They are started anew with the present one.")
                : CheckResult.Unknown(Name, $"The ledger does not answer: {ledger.Why}."),
        ];
        return Task.FromResult(results);
    }
}
