namespace Todo.Kubectl;

/// <summary>An expected failure: one clear message and an exit code.</summary>
internal sealed class PluginException(string message, int exitCode, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
