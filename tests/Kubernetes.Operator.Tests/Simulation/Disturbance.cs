using FsCheck;
using FsCheck.Fluent;

namespace Kubernetes.Operator.Tests.Simulation;

/// <summary>What happens to the world, to the way between it and a process, or to a process.</summary>
internal enum Kind
{
    // Somebody works.
    Wish,
    Withdraw,
    Meddle,
    Undo,
    Pause,

    // Streams.
    CutStreams,
    EndStreams,
    SilenceStreams,
    ExpireStreams,
    StallStreams,
    RepeatEvent,
    SwapEvents,

    // Requests.
    Conflicts,
    TooMany,
    ServerErrors,
    LoseAnswers,
    SlowAnswers,
    Forget,

    // Processes.
    FreezeLeader,
    KillLeader,
}

/// <summary>One step of a run.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Which">To which object or process.</param>
/// <param name="Amount">A value, a number of requests, or a time.</param>
internal sealed record Disturbance(Kind Kind, int Which, int Amount)
{
    public static Arbitrary<Disturbance[]> Sequences(params Kind[] kinds) =>
        Arb.From(
            Gen.Frequency(
                    (2, One([Kind.Wish, Kind.Withdraw, Kind.Meddle, Kind.Undo])),
                    (1, One([Kind.Pause])),
                    (2, One(kinds)))
                .ListOf().Select(static l => l.ToArray()),
            Shrink);

    private static Gen<Disturbance> One(Kind[] kinds) =>
        from kind in Gen.Elements(kinds)
        from which in Gen.Choose(0, 3)
        from amount in Gen.Choose(0, 9)
        select new Disturbance(kind, which, amount);

    // One step less at a time.
    private static IEnumerable<Disturbance[]> Shrink(Disturbance[] steps) => steps.Select((_, i) => steps.Where((_, j) => j != i).ToArray());
}
