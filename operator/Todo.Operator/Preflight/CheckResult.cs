namespace Todo.Operator.Preflight;

/// <summary>How a check ended.</summary>
public enum CheckOutcome
{
    /// <summary>As it should be.</summary>
    Passed,

    /// <summary>Works, but somebody should know.</summary>
    Warning,

    /// <summary>Left out on request.</summary>
    Skipped,

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

    /// <summary>Left out on request.</summary>
    public static CheckResult Skipped(string name) => new(name, CheckOutcome.Skipped, $"Left out by annotation {SkippedChecks.Annotation}.");

    /// <summary>Could not be told.</summary>
    public static CheckResult Unknown(string name, string message) => new(name, CheckOutcome.Unknown, message);

    /// <summary>Not as it should be.</summary>
    public static CheckResult Failed(string name, string message) => new(name, CheckOutcome.Failed, message);
}
