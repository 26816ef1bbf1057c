using Todo.Operator.Decisions;

namespace Todo.Operator.Status;

/// <summary>What the caches tell of a platform that has reached its goal and is not as it should be: nothing is asked and nothing is moved for it.</summary>
internal static class Rest
{
    /// <summary>Pods that were admitted without the sidecar that their template asks for: injection fails open.</summary>
    public static IReadOnlyList<string> WithoutSidecar(StatusInputs inputs) => inputs.Memory.FinishedAt is null ? [] :
        [.. inputs.Observed.Services.SelectMany(s => s.Live).Where(p => p is { Flags.Sidecar: true, HasSidecar: false }).Select(p => p.Name).Order(StringComparer.Ordinal)];

    /// <summary>Objects that the goal needs and that are gone, going or edited. Settings that the spec has changed since are no difference: they are a move of their own.</summary>
    public static IReadOnlyList<string> NotAsGenerated(StatusInputs inputs)
    {
        if (inputs.Memory is not { FinishedAt: not null, Target: { } goal })
        {
            return [];
        }

        var observed = inputs.Observed;
        var isDrift = inputs.Decision.Stage == Stage.Prepare || inputs.Memory.Generation == observed.Generation;
        var asGenerated = observed.Objects.Where(o => !o.Deleting && (o.Current || !isDrift)).Select(o => o.Key).ToHashSet();
        return [.. observed.Generated.Where(k => k.IsNeededFor(goal) && !asGenerated.Contains(k)).Select(k => $"{k.Kind} {k.Name}")];
    }

    /// <summary>What a person has to mend of a platform that has nothing left to do; null: nothing.</summary>
    public static string? Fault(StatusInputs inputs) =>
        inputs.Decision.Phase is Phase.Migrated or Phase.RolledBack && WithoutSidecar(inputs) is { Count: > 0 } pods
            ? $"No sidecar in {string.Join(", ", pods)}, although the template asks for one: the injector was off. See to dapr-sidecar-injector, then: "
                + $"kubectl delete pod -n {inputs.Context.Namespace} {string.Join(' ', pods)}"
            : null;
}
