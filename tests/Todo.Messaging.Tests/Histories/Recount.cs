using Todo.Messaging.Publishing;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Histories;

/// <summary>What the world says, counted from scratch, against what must be so.</summary>
internal static class Recount
{
    /// <summary>What is wrong with the effects, told without the ledger: from the changes that were committed and the effects alone.</summary>
    public static async Task<string?> OfEffectsAsync(TestWorld world)
    {
        var wrong = await world.ColumnAsync<string>(
            """
            select format('%s of %s: %s effects', c.event_id, c.key, count(e.event_id)) from public.changes c left join public.effects e using (event_id)
            group by c.event_id, c.key having count(e.event_id) <> case when c.key = 'poison' then 0 else 1 end
            union all
            select format('%s has an effect and was never committed', e.event_id) from public.effects e where e.event_id not in (select event_id from public.changes)
            """);
        return wrong.Count == 0 ? null : string.Join('\n', wrong.Take(10));
    }

    /// <summary>What is wrong with the order: of the sendings of a key, first ones only, each version must come after the one before it.</summary>
    public static string? OfOrder(IEnumerable<OutboxEvent> received)
    {
        foreach (var key in received.GroupBy(x => (x.Producer, x.Key)))
        {
            var firsts = key.Select(x => x.Version).Distinct().ToList();
            if (!firsts.SequenceEqual(firsts.Order()))
            {
                return $"versions of {key.Key.Key} of {key.Key.Producer} were sent as {string.Join(", ", firsts)}";
            }
        }

        return null;
    }

    /// <summary>What is wrong with the ledger's answer, compared with the rows it stands for.</summary>
    public static async Task<string?> OfLedgerAsync(Stage stage)
    {
        var world = stage.World;
        // Each replica writes its own sums when it is asked.
        await stage.Consumers[1].LedgerAsync();
        var ledger = await stage.Consumers[0].LedgerAsync(3600);
        var transports = ledger.GetProperty("transports").EnumerateArray().ToList();
        long Sum(string figure) => transports.Sum(x => x.GetProperty(figure).GetInt64());
        var recent = ledger.GetProperty("recent");
        List<(string Figure, long Answer, long Recounted)> figures =
        [
            ("held", ledger.GetProperty("held").GetInt64(), await world.ScalarAsync<long>(
                "select count(*) from messaging.deliveries where handled_at is null and event_id in (select id from messaging.outbox where sent_at is null)")),
            ("replayed", Sum("replayed"), await world.ScalarAsync<long>("select coalesce(sum(replays), 0)::bigint from messaging.outbox")),
            ("dead", Sum("dead"), await world.DeliveriesAsync("dead")),
            ("foreign", Sum("foreign"), await world.ScalarAsync<long>("select count(*) from messaging.deliveries where origin = 'foreign'")),
            ("suppressed", Sum("suppressed"), stage.Duplicates),
            ("handled", recent.GetProperty("handled").GetInt64(), await world.EffectsAsync()),
            ("published", recent.GetProperty("published").GetInt64(), await world.ScalarAsync<long>("select count(*) from messaging.outbox where sent_at is not null")),
            ("failed", recent.GetProperty("failed").GetInt64(), await world.ScalarAsync<long>("select count(*) from messaging.failures")),
        ];
        foreach (var name in (string[])[Stage.Old, Stage.New])
        {
            figures.Add((
                $"in flight on {name}",
                transports.Where(x => x.GetProperty("name").GetString() == name).Sum(x => x.GetProperty("inFlight").GetInt64()),
                await world.ScalarAsync<long>(
                    $"select count(*) from messaging.deliveries d, messaging.outbox o where o.id = d.event_id and d.state = 'open' and o.sent_via = '{name}' and o.sent_at is not null")));
        }

        var wrong = figures.Where(x => x.Answer != x.Recounted).Select(x => $"{x.Figure}: {x.Answer}, but {x.Recounted} by recount").ToList();
        return wrong.Count == 0 ? null : string.Join('\n', wrong);
    }
}
