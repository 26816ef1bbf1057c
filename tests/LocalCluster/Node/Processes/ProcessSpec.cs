namespace LocalCluster.Node.Processes;

/// <summary>A process to start.</summary>
internal sealed record ProcessSpec(IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, string WorkingDirectory);

/// <summary>Signals that are sent to containers.</summary>
public enum Signal
{
    /// <summary>SIGKILL.</summary>
    Kill = 9,

    /// <summary>SIGTERM.</summary>
    Terminate = 15,
}
