namespace LocalCluster.MailSink.Smtp;

/// <summary>How to misbehave.</summary>
/// <param name="Mode"><c>none</c>, <c>temporary</c> (451), <c>permanent</c> (550) or <c>close</c> (the connection, without an answer).</param>
/// <param name="At">
/// The command that fails: <c>greeting</c>, <c>mail</c>, <c>rcpt</c>, <c>data</c> (after the message, which is not kept), or <c>stored</c> (after the message, which is kept).
/// </param>
/// <param name="Times">How often; null: until told otherwise.</param>
public sealed record Failure(string Mode = "none", string At = "data", int? Times = null)
{
    private static readonly string[] Modes = ["none", "temporary", "permanent", "close"];
    private static readonly string[] Places = ["greeting", "mail", "rcpt", "data", "stored"];

    /// <summary>What is wrong with it, or null.</summary>
    public string? Problem() =>
        !Modes.Contains(Mode) ? $"mode is one of {string.Join(", ", Modes)}"
        : !Places.Contains(At) ? $"at is one of {string.Join(", ", Places)}"
        : Times is < 1 ? "times is at least 1"
        : null;
}

/// <summary>The failure mode in force, counted down as it strikes.</summary>
internal sealed class FailureSwitch
{
    private readonly Lock _lock = new();
    private Failure _current = new();

    public Failure Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }

        set
        {
            lock (_lock)
            {
                _current = value;
            }
        }
    }

    /// <summary>The mode when it strikes at this place now; else null.</summary>
    public string? Strike(string place)
    {
        lock (_lock)
        {
            if (_current.Mode == "none" || _current.At != place)
            {
                return null;
            }

            var mode = _current.Mode;
            if (_current.Times is { } left)
            {
                _current = left == 1 ? new Failure() : _current with { Times = left - 1 };
            }

            return mode;
        }
    }
}
