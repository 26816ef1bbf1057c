namespace Todo.Kubectl;

/// <summary>How the plugin ends.</summary>
internal static class ExitCodes
{
    /// <summary>As asked.</summary>
    public const int Done = 0;

    /// <summary>The answer is no: refused, a check has failed, rolled back, degraded, paused.</summary>
    public const int No = 1;

    /// <summary>There is no answer yet: the time is over.</summary>
    public const int NoAnswerYet = 2;

    /// <summary>The platform could not be read or changed: there is none, a right is missing, no server.</summary>
    public const int NotReached = 3;

    /// <summary>The command line is wrong (sysexits.h, EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = 130;
}
