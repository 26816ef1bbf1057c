namespace Todo.Messaging.Hosting;

/// <summary>A missing or malformed environment variable. The message is one line and names the variable.</summary>
public sealed class InvalidSettingException(string variable, string problem) : Exception($"{variable} {problem}")
{
    /// <summary>Exit code of a process that was configured wrongly (EX_CONFIG of sysexits.h).</summary>
    public const int ExitCode = 78;

    public string Variable { get; } = variable;
}
