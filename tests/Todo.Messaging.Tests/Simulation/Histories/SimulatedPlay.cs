using Todo.Messaging.Tests.Histories;
using Todo.Messaging.Tests.Simulation.Server;

namespace Todo.Messaging.Tests.Simulation.Histories;

/// <summary>Plays a history to its end: until nothing is left to be sent or handled.</summary>
internal sealed class SimulatedPlay(SimulatedWorld world, History history)
{
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan End = TimeSpan.FromMinutes(10);

    // Dice of their own for each purpose, so that a history with less of one thing stays like the other in all else.
    private readonly Random _writes = new(history.Seed + 3);
    private readonly Random _crashes = new(history.Seed + 4);
    private readonly Random _cuts = new(history.Seed + 5);
    private bool _isOver;

    /// <summary>What is wrong when the ledger is looked at, at the very moment at which it is read.</summary>
    public string? Wrong { get; private set; }

    /// <returns>What is wrong, or null.</returns>
    public static string? Run(History history, bool traced, out SimulatedWorld world)
    {
        world = new(history, traced);
        var play = new SimulatedPlay(world, history);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Outside.Run(() => _ = play.RunAsync(done));
        var ended = world.Run(done.Task, End);
        return world.Server.Unknown is { } sql ? $"the simulated database does not know the statement\n{sql}"
            : world.Problems.Count > 0 ? world.Problems[0]
            : play.Wrong ?? (ended ? SimulatedRecount.AtTheEnd(world) : $"after {End.TotalMinutes:0} minutes it had not come to its end\n{SimulatedRecount.Left(world)}");
    }

    private async Task RunAsync(TaskCompletionSource done)
    {
        await world.WatchAsync(async () =>
        {
            world.Failing = history.Mischief > 0 ? 10 : 0;
            world.Server.FateOf = (_, _) => FateOf();
            var deliveries = Enumerable.Range(0, 3).Select(_ => DeliverAsync()).ToList();
            await Task.WhenAll(WriteAsync(), CrashAsync(), LookAsync());

            // The mischief ends, and with it what a broker may do to an event for good.
            (world.Broker.Mischief, world.Failing, world.Server.FateOf) = (0, 0, (_, _) => Fate.None);
            await SettleAsync();
            _isOver = true;
            await Task.WhenAll(deliveries);
            await world.SleepAsync(TimeSpan.FromSeconds(1));
            // Sums that are gathered in memory are lost with a killed pod, and written again when their writing was not answered.
            await SimulatedRecount.LookAsync(world, duplicates: history.Crashes == 0, x => Wrong ??= x);
        });
        done.SetResult();
    }

    private static TimeSpan Sometime(Random dice, TimeSpan span) => TimeSpan.FromMicroseconds(dice.NextInt64((long)span.TotalMicroseconds));

    private Task WriteAsync() => Task.WhenAll(Enumerable.Range(0, history.Transactions).Select(async _ =>
    {
        string[] keys = _writes.Next(12) == 0 ? ["poison"] : [.. Enumerable.Range(0, 5).Where(_ => _writes.Next(3) == 0).Select(x => $"task-{x}")];
        var late = _writes.Next(4) == 0 ? Sometime(_writes, TimeSpan.FromMilliseconds(300)) : TimeSpan.Zero;
        var (pod, commit) = (_writes.Next(2), _writes.Next(5) != 0);
        // Most of them close together.
        await world.SleepAsync(_writes.Next(2) == 0 ? Sometime(_writes, Span) : Sometime(_writes, Span / 20));
        await world.ChangeAsync(world.Producers[pod], keys, late, commit);
    }));

    private Task CrashAsync() => Task.WhenAll(Enumerable.Range(0, history.Crashes).Select(async _ =>
    {
        var at = _crashes.Next(2) == 0 ? Sometime(_crashes, Span) : Sometime(_crashes, Span / 20);
        var (kind, who, time) = (_crashes.Next(6), _crashes.Next(4), Sometime(_crashes, TimeSpan.FromSeconds(_crashes.Next(3) == 0 ? 15 : 1)));
        await world.SleepAsync(at);
        var pod = world.Pods.ElementAt(who);
        switch (kind)
        {
            case 0 or 1:
                world.Trace($"{pod.Process.Name} is killed");
                world.Restart(pod);
                break;
            case 2:
                // Its connections are cut meanwhile, as a server does with one that does not answer: others take its lanes, and it does not know.
                world.Trace($"{pod.Process.Name} stands still for {time}");
                pod.Process.Freeze();
                world.Server.Sessions.Where(x => x.Owner == pod.Process).ToList().ForEach(x => x.Terminate());
                await world.SleepAsync(time);
                pod.Process.Thaw();
                break;
            case 3:
                world.Trace("the database is restarted");
                world.Server.Sessions.ToList().ForEach(x => x.Terminate());
                break;
            case 4:
                world.Trace($"the broker is away for {time}");
                world.Broker.IsAway = true;
                await world.SleepAsync(time);
                world.Broker.IsAway = false;
                break;
            default:
                await SimulatedWorld.ReplayAsync(pod);
                break;
        }
    }));

    /// <summary>A connection may be lost with any statement, before it was executed or after, its commit included.</summary>
    private Fate FateOf() => history.Crashes == 0 || _cuts.Next(150) != 0 ? Fate.None : _cuts.Next(2) == 0 ? Fate.LostBefore : Fate.LostAfter;

    private async Task DeliverAsync()
    {
        while (!_isOver)
        {
            if (!await world.DeliverAsync(lostAcknowledgements: world.Broker.Mischief > 0 ? 15 : 0))
            {
                await world.SleepAsync(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    private async Task LookAsync()
    {
        await world.SleepAsync(Span / 2);
        await SimulatedRecount.LookAsync(world, duplicates: false, x => Wrong ??= x);
    }

    private async Task SettleAsync()
    {
        while (true)
        {
            await world.SleepAsync(TimeSpan.FromMilliseconds(50));
            var tables = world.Server.Tables;
            if (tables.Outbox.Committed().Any(x => x.SentAt is null) || world.Broker.Waiting > 0 || world.Server.Sessions.Any(x => x.InTransaction))
            {
                continue;
            }

            if (tables.Deliveries.Committed().All(x => x.State != "open"))
            {
                return;
            }

            // What is still open was lost by the broker: it is only in the ledger.
            await SimulatedWorld.ReplayAsync(world.Consumers[0]);
            await world.SleepAsync(TimeSpan.FromSeconds(1));
        }
    }
}
