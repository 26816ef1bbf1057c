namespace Todo.Messaging.Tests.Simulation.Comparison;

/// <summary>What a session does in its turn; what makes no sense at the moment is left out.</summary>
internal enum StepKind
{
    Begin,
    Commit,
    Rollback,

    /// <summary>The server ends the connection, whatever it does.</summary>
    Break,
    Error,
    Add,
    AddProbe,
    Receive,
    Close,
    CloseAndCommit,
    Fail,
    CountUp,
    Effect,
    Lock,
    Unlock,
    Claim,
    Mark,
    Replay,
    Reconcile,
    ReleaseProbes,
    RaiseEpoch,
    Subscribe,
    Ledger,
}

/// <param name="A">What it is done to: an event, a key, a lane.</param>
/// <param name="B">How.</param>
internal sealed record Step(int Session, StepKind Kind, int A, int B);
