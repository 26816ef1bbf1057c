namespace Todo.Operator.Preflight.Wire;

/// <summary>How far a connection came.</summary>
internal enum WireStage
{
    /// <summary>TCP.</summary>
    Connect,

    /// <summary>TLS.</summary>
    Encrypt,

    /// <summary>Login.</summary>
    LogIn,

    /// <summary>The question itself.</summary>
    Ask,
}

/// <summary>A server could not be asked.</summary>
/// <param name="stage">How far it came.</param>
/// <param name="message">What happened, as a sentence.</param>
internal sealed class WireFailure(WireStage stage, string message) : Exception(message)
{
    /// <summary>How far it came.</summary>
    public WireStage Stage { get; } = stage;
}
