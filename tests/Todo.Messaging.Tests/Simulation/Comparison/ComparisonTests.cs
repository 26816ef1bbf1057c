using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Operator.Tests.Support;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Simulation.Comparison;

/// <summary>
/// The same statements in the same order, in several sessions with open transactions, on PostgreSQL and on the simulated database: the same answers, the same waiting,
/// the same tables. What histories in simulation rely on is checked here.
/// </summary>
public sealed class ComparisonTests(TestServers servers, ITestOutputHelper output)
{
    private const int Sessions = 3;

    private int _steps;
    private int _waits;
    private int _skipped;

    [Fact]
    public Task The_simulated_database_answers_as_PostgreSQL_does() => CompareAsync(Laws.FromFixedSeed(30));

    /// <summary>LAW_RUNS says how many are played.</summary>
    [Fact(Explicit = true)]
    public Task It_does_so_in_thousands_of_sequences() => CompareAsync(Laws.FromAnySeed(3000));

    private async Task CompareAsync(Config config)
    {
        var count = config.MaxTest;
        await using var world = await TestWorld.CreateAsync(servers, kafka: false);
        // It migrates the database.
        await (await world.StartProducerAsync()).StopAsync();

        await Task.Run(() => Check.One(
            config.WithQuietOnSuccess(quietOnSuccess: true),
            Prop.ForAll(Sequences(), steps => PlayAsync(world, steps).GetAwaiter().GetResult() is { } wrong ? false.Label(wrong) : true.ToProperty())));
        output.WriteLine($"{count} sequences, {_steps} steps, {_waits} of them waited for a lock, {_skipped} left out");
        Assert.True(_waits > count / 6, "hardly anything ever waited");
    }

    private async Task<string?> PlayAsync(TestWorld world, Step[] steps)
    {
        await world.ExecuteAsync(
            "truncate messaging.outbox, messaging.key_versions, messaging.subscriptions, messaging.deliveries, messaging.failures, messaging.counters, public.effects;"
            + "update messaging.platform set epoch = 0");
        var simulated = new SimulatedSide();
        await using var real = new RealSide(world.Database, world.ConnectionString);
        var played = new List<(int Number, Step Step)>();
        var told = new List<string>();
        for (var i = 0; i < steps.Length; i++)
        {
            var step = steps[i];
            if (!MakesSense(simulated, step))
            {
                continue;
            }

            var expected = simulated.Play(i, step);
            // Who of two that wait for the same comes first is nobody's promise, nor who is the victim of a deadlock: such a step is left out.
            if (simulated.Blocked > 1 || expected.Exists(x => x.Answer == "error 40P01"))
            {
                simulated = new();
                played.ForEach(x => simulated.Play(x.Number, x.Step));
                _skipped++;
                continue;
            }

            played.Add((i, step));
            _steps++;
            _waits += simulated.IsBlocked(step.Session) ? 1 : 0;
            var answers = await real.PlayAsync(i, step, [.. expected.Select(x => x.Session)]);
            told.Add($"{i}: {step}: {string.Join("; ", answers)}");
            if (!answers.SequenceEqual(expected))
            {
                return $"{string.Join('\n', told)}\nsimulated: {string.Join("; ", expected)}";
            }
        }

        for (var session = 0; session < Sessions; session++)
        {
            var last = new Step(session, StepKind.Break, 0, 0);
            await real.PlayAsync(steps.Length, last, [.. simulated.Play(steps.Length, last).Select(x => x.Session)]);
        }

        var (left, right) = (await Dump.OfAsync(world.Database, real.Side), Dump.Of(simulated.Tables, simulated.Side));
        return left.SequenceEqual(right)
            ? null
            : $"{string.Join('\n', told)}\nonly in PostgreSQL:\n{string.Join('\n', left.Except(right))}\nonly simulated:\n{string.Join('\n', right.Except(left))}";
    }

    private static bool MakesSense(SimulatedSide simulated, Step step)
    {
        var side = simulated.Side;
        return step.Kind switch
        {
            StepKind.Break => side.IsOpen(step.Session),
            _ when simulated.IsBlocked(step.Session) => false,
            StepKind.Begin => !side.InTransaction(step.Session),
            StepKind.Commit or StepKind.Rollback or StepKind.CloseAndCommit => side.InTransaction(step.Session),
            _ => true,
        };
    }

    /// <summary>Without subscriptions nothing is owed, and without events nothing happens: each begins with some of both, and ends with a look at the ledger.</summary>
    private static Arbitrary<Step[]> Sequences() => Arb.From(
        from length in Gen.Choose(20, 60)
        from steps in Gen.ArrayOf(Steps(), length)
        select (Step[])
        [
            new Step(0, StepKind.Subscribe, 0, 0), new Step(0, StepKind.Subscribe, 1, 0), .. Enumerable.Range(0, 4).Select(x => new Step(0, StepKind.Add, x, x)),
            .. steps, .. Enumerable.Range(0, Sessions).Select(x => new Step(x, StepKind.Ledger, 0, 0)),
        ],
        Smaller);

    private static Gen<Step> Steps() =>
        from session in Gen.Choose(0, Sessions - 1)
        from kind in Gen.Frequency(
            (6, Gen.Constant(StepKind.Begin)), (3, Gen.Constant(StepKind.Commit)), (4, Gen.Constant(StepKind.Add)), (8, Gen.Constant(StepKind.Receive)),
            (3, Gen.Constant(StepKind.Mark)), (2, Gen.Constant(StepKind.Replay)), (4, Gen.Constant(StepKind.Subscribe)), (20, Gen.Elements(Enum.GetValues<StepKind>())))
        // Often the same few, so that sessions meet.
        from a in Gen.OneOf(Gen.Choose(0, 2), Gen.Choose(0, 41))
        from b in Gen.Choose(0, 59)
        select new Step(session, kind, a, b);

    private static IEnumerable<Step[]> Smaller(Step[] steps)
    {
        for (var size = steps.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= steps.Length; at += size)
            {
                yield return [.. steps[..at], .. steps[(at + size)..]];
            }
        }
    }
}
