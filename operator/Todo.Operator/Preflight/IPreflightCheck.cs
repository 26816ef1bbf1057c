namespace Todo.Operator.Preflight;

/// <summary>Looks at one thing before a move. Checks do not depend on each other and all are made, at the same time.</summary>
public interface IPreflightCheck
{
    /// <summary>Name of the check; its findings have this name, or it with a subject after a slash.</summary>
    string Name { get; }

    /// <summary>Another name that findings have in front of the slash, beside <see cref="Name"/>.</summary>
    string? SecondName => null;

    /// <summary>Whether there is anything to check for what the spec asks for.</summary>
    bool Applies(PreflightContext context) => true;

    /// <summary>Makes the check. It has <see cref="PreflightRunner.Limit"/>.</summary>
    Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken);
}
