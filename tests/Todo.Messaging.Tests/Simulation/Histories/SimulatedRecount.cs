using Todo.Messaging.Ledger;
using Todo.Messaging.Tests.Histories;
using Todo.Messaging.Tests.Simulation.Server;

namespace Todo.Messaging.Tests.Simulation.Histories;

/// <summary>What the simulated world says, counted from scratch, against what must be so.</summary>
internal static class SimulatedRecount
{
    /// <summary>What is wrong in the end, or null.</summary>
    public static string? AtTheEnd(SimulatedWorld world) => OfEffects(world) ?? Recount.OfOrder(world.Broker.Received);

    public static string Left(SimulatedWorld world) => string.Join(
        '\n',
        world.Server.Tables.Outbox.Committed().Where(x => x.SentAt is null).Select(x => $"not sent: {x.Key} {x.Version} of {x.Producer}, lane {x.Lane}").Take(10)
            .Append($"{world.Broker.Waiting} wait at the broker, {world.Server.Sessions.Count(x => x.InTransaction)} transactions are open"));

    /// <summary>
    /// Told from the changes that were committed, what their writers were told, and the effects alone; and from when the consumer subscribed: what was written before is
    /// not owed to it, and has an effect only when the broker brings it.
    /// </summary>
    private static string? OfEffects(SimulatedWorld world)
    {
        var tables = world.Server.Tables;
        var effects = tables.Effects.Committed().CountBy(x => x.Event).ToDictionary();
        var changes = tables.Changes.Committed().ToDictionary(x => x.Event, x => x.Key);
        var since = tables.Subscriptions.Committed().Min(x => x.Since);
        var owed = tables.Outbox.Committed().Where(x => x.Time >= since).Select(x => x.Id).ToHashSet();
        bool IsRight(Guid id, string key) => effects.GetValueOrDefault(id) is var count && (key == "poison" ? count == 0 : count == 1 || (count == 0 && !owed.Contains(id)));
        var wrong = changes.Where(x => !IsRight(x.Key, x.Value)).Select(x => $"{x.Key} of {x.Value}: {effects.GetValueOrDefault(x.Key)} effects")
            .Concat(effects.Keys.Where(x => !changes.ContainsKey(x)).Select(x => $"{x} has an effect and was never committed"))
            .Concat(world.Acknowledged.Where(x => !changes.ContainsKey(x)).Select(x => $"{x} was acknowledged and is not there"))
            .ToList();
        return wrong.Count == 0 ? null : string.Join('\n', wrong.Take(10));
    }

    /// <summary>Asks a pod for the ledger, and counts at the very moment at which the database answers.</summary>
    public static async Task LookAsync(SimulatedWorld world, bool duplicates, Action<string> wrong)
    {
        foreach (var pod in world.Pods.ToList())
        {
            // Each replica writes its own sums when it is asked.
            await pod.CallAsync(() => FlushedAsync(pod));
        }

        List<(string Figure, long Count)>? counts = null;
        world.Server.Ran = requests => counts = requests.Any(x => x.Sql == LedgerReader.OpenSql) ? Count(world, duplicates) : counts;
        var consumer = world.Consumers[0];
        var answer = await consumer.CallAsync(() => ReadAsync(consumer));
        world.Server.Ran = _ => { };
        if (answer is null || counts is null)
        {
            return;
        }

        var figures = Figures(answer);
        var lines = counts.Where(x => figures.GetValueOrDefault(x.Figure) != x.Count).Select(x => $"{x.Figure}: {figures.GetValueOrDefault(x.Figure)}, but {x.Count} by recount").ToList();
        if (lines.Count > 0)
        {
            wrong($"the ledger at {world.Clock.Now:mm:ss.fff}: " + string.Join('\n', lines));
        }
    }

    private static async Task<bool> FlushedAsync(Pod pod)
    {
        try
        {
            await pod.Counters.FlushAsync(CancellationToken.None);
            return true;
        }
        catch (Npgsql.NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<LedgerAnswer?> ReadAsync(Pod pod)
    {
        try
        {
            return await pod.Ledger.ReadAsync(3600, CancellationToken.None);
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Dictionary<string, long> Figures(LedgerAnswer answer) => new()
    {
        ["held"] = answer.Held,
        ["in flight on " + SimulatedWorld.Old] = answer.Transports.Where(x => x.Name == SimulatedWorld.Old).Sum(x => x.InFlight),
        ["in flight on " + SimulatedWorld.New] = answer.Transports.Where(x => x.Name == SimulatedWorld.New).Sum(x => x.InFlight),
        ["replayed"] = answer.Transports.Sum(x => x.Replayed),
        ["dead"] = answer.Transports.Sum(x => x.Dead),
        ["suppressed"] = answer.Transports.Sum(x => x.Suppressed),
        ["foreign"] = answer.Transports.Sum(x => x.Foreign),
        ["handled"] = answer.Recent.Handled,
        ["published"] = answer.Recent.Published,
        ["failed"] = answer.Recent.Failed,
    };

    // From the broker's log, the effects and the changes where they tell; from the rows where nothing else does.
    private static List<(string Figure, long Count)> Count(SimulatedWorld world, bool duplicates)
    {
        var tables = world.Server.Tables;
        var outbox = tables.Outbox.Committed().ToDictionary(x => x.Id);
        var open = tables.Deliveries.Committed().Where(x => x.HandledAt is null).Select(x => outbox.GetValueOrDefault(x.Event)).OfType<OutboxRow>().ToList();
        var received = world.Broker.Received.Select(x => x.Id).ToHashSet();
        List<(string, long)> counts =
        [
            ("held", open.Count(x => x.SentAt is null)),
            ("in flight on " + SimulatedWorld.Old, open.Count(x => x.SentVia == SimulatedWorld.Old && x.SentAt is not null && received.Contains(x.Id))),
            ("in flight on " + SimulatedWorld.New, open.Count(x => x.SentVia == SimulatedWorld.New && x.SentAt is not null && received.Contains(x.Id))),
            ("replayed", outbox.Values.Sum(x => x.Replays)),
            ("dead", tables.Deliveries.Committed().Count(x => x.State == "dead")),
            ("foreign", 0),
            ("handled", tables.Effects.Committed().Count()),
            ("published", outbox.Values.Count(x => x.SentAt is not null && received.Contains(x.Id))),
            ("failed", tables.Failures.Committed().Count()),
        ];
        if (duplicates)
        {
            counts.Add(("suppressed", world.Duplicates));
        }

        return counts;
    }
}
