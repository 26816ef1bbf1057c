using Npgsql;
using Todo.Contracts;
using Todo.Messaging.Consuming;
using Todo.Messaging.Ledger;
using Todo.Messaging.Schema;
using Todo.Messaging.Tests.Histories;
using Todo.Messaging.Tests.Simulation.Server;
using Todo.Messaging.Tests.World;
using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Messaging.Tests.Simulation.Histories;

/// <summary>
/// Two replicas of a producer whose relays send over different transports, two of a consumer that is a producer too, a broker and a database, on one thread and a
/// virtual clock: the same seed is the same history to the last step.
/// </summary>
internal sealed class SimulatedWorld
{
    public const string Topic = Topics.TaskRecurrence;
    public const string Old = "simulated-old";
    public const string New = "simulated-new";

    /// <summary>When every history begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _dice;
    private readonly List<string>? _trace;

    public SimulatedWorld(History history, bool traced)
    {
        _dice = new(history.Seed);
        _trace = traced ? [] : null;
        Server = new(Loop, Clock, new(history.Seed + 1)) { Trace = Trace };
        Broker = new(new(history.Seed + 2), _ => SleepAsync(Server.Latency())) { Mischief = history.Mischief };
        Outside = new("outside", Loop, Clock);
        Producers = [Producer(0), Producer(1)];
        Consumers = [Consumer(0), Consumer(1)];
    }

    public EventLoop Loop { get; } = new();

    public VirtualClock Clock { get; } = new(Start);

    public SimulatedServer Server { get; }

    public SimulatedBroker Broker { get; }

    /// <summary>Clients, sidecars and whoever lets things go wrong.</summary>
    public SimulatedProcess Outside { get; }

    public Pod[] Producers { get; }

    public Pod[] Consumers { get; }

    public IEnumerable<Pod> Pods => Producers.Concat(Consumers);

    /// <summary>Events whose writer was told that they are committed.</summary>
    public List<Guid> Acknowledged { get; } = [];

    /// <summary>Deliveries that were answered as duplicates, as the broker's side counts them.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Percent of the handlers' runs that fail after the effect, or take too long.</summary>
    public int Failing { get; set; }

    public List<string> Problems { get; } = [];

    public IReadOnlyList<string> Lines => _trace ?? [];

    public void Trace(string line) => _trace?.Add($"{Clock.Now:mm:ss.ffffff} {line}");

    /// <summary>Lets everything run until a task is done.</summary>
    public bool Run(Task task, TimeSpan limit)
    {
        var end = Clock.Now + limit;
        while (true)
        {
            for (var turns = 0; Loop.Turn(); turns++)
            {
                if (turns > 100_000)
                {
                    throw new InvalidOperationException("Something goes on for ever without time passing.");
                }
            }

            if (task.IsCompleted || Problems.Count > 0)
            {
                return task.IsCompletedSuccessfully;
            }

            if (!Clock.Advance(end))
            {
                return false;
            }
        }
    }

    /// <summary>To the microsecond, which <see cref="Task.Delay(TimeSpan, TimeProvider)"/> is not.</summary>
    public Task SleepAsync(TimeSpan time)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Clock.After(time, over.SetResult);
        return over.Task;
    }

    /// <summary>What nobody awaits must not fail in silence.</summary>
    public async Task WatchAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            Problems.Add(e.ToString());
        }
    }

    /// <summary>A change of the world with its events, or neither: one request to a pod.</summary>
    public Task<bool> ChangeAsync(Pod pod, IReadOnlyList<string> keys, TimeSpan late, bool commit) => pod.CallAsync(async () =>
    {
        var ids = new List<Guid>();
        try
        {
            await using var connection = await pod.Database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            // In one order, like any program that locks several rows.
            foreach (var key in keys)
            {
                ids.Add(await pod.Outbox.AddAsync(transaction, TestService.Event(key), CancellationToken.None));
                await using var change = transaction.Statement(LedgerStatements.ChangeSql, ids[^1], key);
                await change.ExecuteNonQueryAsync();
            }

            // Others commit meanwhile: what was written first is not what is seen first.
            await SleepAsync(late);
            if (!commit)
            {
                return false;
            }

            await transaction.CommitAsync();
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // Nobody knows whether it was committed; the client is told that it failed.
            Trace($"{pod.Process.Name} cannot say what became of a change: {e.GetType().Name}");
            return false;
        }

        pod.Outbox.Wake();
        Acknowledged.AddRange(ids);
        return true;
    });

    /// <summary>Hands one waiting event to one of the consumers.</summary>
    /// <returns>False when none waits.</returns>
    public async Task<bool> DeliverAsync(int lostAcknowledgements)
    {
        if (Broker.Take() is not { } taken)
        {
            return false;
        }

        if (taken.Value.Topic != Topic)
        {
            // A letter: nobody is subscribed.
            return true;
        }

        var pod = Consumers[Broker.Chance(50) ? 0 : 1];
        var arrival = EventReader.Read(taken.Value.Topic, taken.Value.ToBytes(), taken.Value.Key, Clock.Now, taken.Via);
        var outcome = await pod.CallAsync<DispatchOutcome?>(async () =>
        {
            var outcome = await pod.Dispatcher.DispatchAsync(arrival, CancellationToken.None);
            Duplicates += outcome == DispatchOutcome.Duplicate ? 1 : 0;
            return outcome;
        });
        Trace($"{taken.Value.Key} {taken.Value.Version} at {pod.Process.Name}: {outcome}");
        if (outcome is null or DispatchOutcome.Retry || Broker.Chance(lostAcknowledgements))
        {
            Broker.Return(taken);
        }

        return true;
    }

    /// <summary>The operator's order, by way of a pod.</summary>
    public static Task<bool> ReplayAsync(Pod pod) => pod.CallAsync(async () =>
    {
        try
        {
            await pod.Epoch.ObeyAsync(
                1,
                async transaction => Microsoft.AspNetCore.Http.Results.Ok(await Replayer.ReplayAsync(transaction, [Old, New], CancellationToken.None)),
                () => pod.Notifications.WakeEverybodyAsync(CancellationToken.None),
                CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            return false;
        }
    });

    /// <summary>Kills a pod; another one takes its place.</summary>
    public void Restart(Pod pod)
    {
        pod.Kill();
        var producer = Array.IndexOf(Producers, pod);
        if (producer >= 0)
        {
            Producers[producer] = Producer(producer);
        }
        else
        {
            var consumer = Array.IndexOf(Consumers, pod);
            Consumers[consumer] = Consumer(consumer);
        }
    }

    private Pod Producer(int index) => Started(new(this, $"backend-{index}", AppIds.Backend, index == 0 ? Old : New, _dice), consumes: false);

    private Pod Consumer(int index) => Started(
        new(this, $"recurring-{index}", AppIds.RecurringTask, index == 0 ? New : Old, _dice), consumes: true);

    private static Pod Started(Pod pod, bool consumes)
    {
        pod.Start(consumes);
        return pod;
    }
}
