namespace Todo.Operator.Decisions;

/// <summary>Why what the spec asks for was given up. It is not tried again by itself.</summary>
/// <param name="Generation">The generation that asked for it.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">Figures, and what to look at.</param>
/// <param name="At">When.</param>
public sealed record Failure(long Generation, string Reason, string Message, DateTimeOffset At)
{
    /// <summary>The figures were bad.</summary>
    public const string AnalysisFailed = "AnalysisFailed";

    /// <summary>The figures could not be had.</summary>
    public const string AnalysisError = "AnalysisError";

    /// <summary>A step took longer than its limit.</summary>
    public const string StepTimeout = "StepTimeout";

    /// <summary>The broker that is left did not run empty.</summary>
    public const string DrainTimeout = "DrainTimeout";

    /// <summary>A sidecar starts again and again.</summary>
    public const string SidecarCrashing = "SidecarCrashing";

    /// <summary>An application starts again and again.</summary>
    public const string ServiceCrashing = "ServiceCrashing";

    /// <summary>A pod was admitted without the sidecar that its template asks for.</summary>
    public const string SidecarMissing = "SidecarMissing";

    /// <summary>A sidecar runs without the target's Component.</summary>
    public const string ComponentNotLoaded = "ComponentNotLoaded";

    /// <summary>Nobody listens to a part of what a consumer shall hear on the target.</summary>
    public const string ListenerMissing = "ListenerMissing";

    /// <summary>A probe did not come through the target.</summary>
    public const string ProbeLost = "ProbeLost";

    /// <summary>Somebody asked for it while the move was under way.</summary>
    public const string Aborted = "Aborted";

    /// <summary>Somebody asked for it after the move.</summary>
    public const string RollbackRequested = "RollbackRequested";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Reasons { get; } =
    [
        AnalysisFailed, AnalysisError, StepTimeout, DrainTimeout, SidecarCrashing, ServiceCrashing, SidecarMissing, ComponentNotLoaded, ListenerMissing, ProbeLost, Aborted, RollbackRequested,
    ];

    /// <summary>Fingerprint of what was asked for, <see cref="Observed.Wish"/>; null: not known, then only the generation tells.</summary>
    public string? Wish { get; init; }

    /// <summary>Whether it is about what is asked for now. A pause, or other limits, make another generation that asks for the same; another version of the operator generates other objects for the same generation.</summary>
    public bool IsAbout(long generation, string wish) => Generation == generation || Wish == wish;

    /// <summary>A person's wish: it leads back whatever <c>onFailure</c> says, and is no failure of the figures.</summary>
    public bool Requested => Reason is Aborted or RollbackRequested;
}
