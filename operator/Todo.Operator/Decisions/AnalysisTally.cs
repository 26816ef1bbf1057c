namespace Todo.Operator.Decisions;

/// <summary>Verdicts of the analysis, each counted on its own.</summary>
/// <param name="Verdict">The last one.</param>
/// <param name="Failures">Failed ones in a row.</param>
/// <param name="Errors">Measurements in a row that could not be taken.</param>
/// <param name="Inconclusive">Measurements in a row with too little traffic.</param>
/// <param name="At">When the last measurement was taken.</param>
/// <param name="Message">The last measurement in words.</param>
public sealed record AnalysisTally(Verdict Verdict, int Failures, int Errors, int Inconclusive, DateTimeOffset? At, string Message)
{
    /// <summary>Age of the oldest event that waited on the target or for it, in seconds.</summary>
    public double OldestSeconds { get; init; }

    /// <summary>Nothing measured yet.</summary>
    public static AnalysisTally None { get; } = new(Verdict.Pending, 0, 0, 0, At: null, "Nothing measured yet.");
}

/// <summary>What a measurement says.</summary>
public enum Verdict
{
    /// <summary>Nothing measured yet.</summary>
    Pending,

    /// <summary>Within the limits.</summary>
    Successful,

    /// <summary>Beyond a limit.</summary>
    Failed,

    /// <summary>Too few events to tell.</summary>
    Inconclusive,

    /// <summary>Could not be measured.</summary>
    Error,
}
