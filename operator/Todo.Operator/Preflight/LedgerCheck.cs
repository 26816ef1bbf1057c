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
                : CheckResult.Unknown(Name, $"The ledger does not answer: {ledger.Why}."),
        ];
        return Task.FromResult(results);
    }
}
