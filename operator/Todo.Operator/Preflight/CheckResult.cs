namespace Todo.Operator.Preflight;

/// <summary>How a check ended.</summary>
public enum CheckOutcome
{
    /// <summary>As it should be.</summary>
    Passed,

    /// <summary>Works, but somebody should know.</summary>
    Warning,

    /// <summary>Could not be told; holds the move until it can.</summary>
    Unknown,

    /// <summary>Holds the move until it is put right.</summary>
    Failed,
}

/// <summary>One check's finding.</summary>
/// <param name="Name">Name of the check, kebab-case; with a subject after a slash where there are several.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">What was found and what to do.</param>
public sealed record CheckResult(string Name, CheckOutcome Outcome, string Message)
{
    /// <summary>As it should be.</summary>
    public static CheckResult Passed(string name, string message) => new(name, CheckOutcome.Passed, message);

    /// <summary>Somebody should know.</summary>
    public static CheckResult Warning(string name, string message) => new(name, CheckOutcome.Warning, message);

    /// <summary>Could not be told.</summary>
    public static CheckResult Unknown(string name, string message) => new(name, CheckOutcome.Unknown, message);

    /// <summary>Not as it should be.</summary>
    public static CheckResult Failed(string name, string message) => new(name, CheckOutcome.Failed, message);
}

/// <summary>Looks at one thing before a move. Checks do not depend on each other and all are made.</summary>
public interface IPreflightCheck
{
    /// <summary>Name for when it takes too long or breaks.</summary>
    string Name { get; }

    /// <summary>Makes the check.</summary>
    Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken);
}
