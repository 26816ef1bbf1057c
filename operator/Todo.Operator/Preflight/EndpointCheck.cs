using Todo.Operator.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight;

/// <summary>A Component in use is as the spec says: another address for the same broker would be an edit in place, which loses what is in flight.</summary>
public sealed class EndpointCheck : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "component-unchanged";

    /// <inheritdoc/>
    public Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var stale = context.Observed.Objects.Where(o => o is { Current: false, Deleting: false, Key: { Kind: GeneratedKind.Component, Broker: not null } }).ToList();
        IReadOnlyList<CheckResult> results = stale.Count == 0
            ? [CheckResult.Passed(Name, "No Component in use would be changed.")]
            : [.. stale.Select(o => CheckResult.Warning(
                $"{Name}/{o.Key.Name}",
                $"It is in use and differs from the spec. It is not edited in place; move to another broker first, then change spec.{o.Key.Broker!.Value.Name()}."))];
        return Task.FromResult(results);
    }
}
