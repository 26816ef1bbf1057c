using System.Globalization;
using Npgsql;
using Todo.Messaging.Tests.Simulation.Server;

namespace Todo.Messaging.Tests.Simulation.Comparison;

/// <summary>What is committed, told alike of both databases.</summary>
internal static class Dump
{
    private const string Sql =
        """
        select 'outbox', id, format('%s %s %s %s %s %s %s %s %s', producer, lane, topic, key, version, coalesce(via, '-'), sent_at is not null, coalesce(sent_via, '-'), replays)
        from messaging.outbox
        union all select 'delivery', event_id, format('%s %s %s %s %s %s %s', consumer, origin, state, attempts, coalesce(last_error, '-'), handled_at is not null, coalesce(handled_via, '-'))
        from messaging.deliveries
        union all select 'key', null, format('%s %s', key, version) from messaging.key_versions
        union all select 'subscription', null, format('%s %s', topic, consumer) from messaging.subscriptions
        union all select 'failure', event_id, format('%s %s %s %s', consumer, via, transient, error) from messaging.failures
        union all select 'counter', null, format('%s %s %s', transport, name, value) from messaging.counters
        union all select 'epoch', null, epoch::text from messaging.platform
        union all select 'effect', event_id, key from public.effects
        """;

    public static async Task<List<string>> OfAsync(NpgsqlDataSource database, Side side)
    {
        await using var command = database.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add($"{reader.GetString(0)} {(reader.IsDBNull(1) ? "" : side.NameOf(reader.GetGuid(1)))} {reader.GetString(2)}");
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    public static List<string> Of(Tables tables, Side side)
    {
        static string Is(bool value) => value ? "t" : "f";
        var epoch = tables.Platform.Committed().SingleOrDefault()?.Epoch ?? 0;
        IEnumerable<string> lines =
        [
            .. tables.Outbox.Committed().Select(x =>
                $"outbox {side.NameOf(x.Id)} {x.Producer} {x.Lane} {x.Topic} {x.Key} {x.Version} {x.Via ?? "-"} {Is(x.SentAt is not null)} {x.SentVia ?? "-"} {x.Replays}"),
            .. tables.Deliveries.Committed().Select(x =>
                $"delivery {side.NameOf(x.Event)} {x.Consumer} {x.Origin} {x.State} {x.Attempts} {x.LastError ?? "-"} {Is(x.HandledAt is not null)} {x.HandledVia ?? "-"}"),
            .. tables.KeyVersions.Keys().Select(x => $"key  {x.Key} {x.Row.Version}"),
            .. tables.Subscriptions.Committed().Select(x => $"subscription  {x.Topic} {x.Consumer}"),
            .. tables.Failures.Committed().Select(x => $"failure {side.NameOf(x.Event)} {x.Consumer} {x.Via} {Is(x.Transient)} {x.Error}"),
            .. tables.Counters.Committed().Select(x => $"counter  {x.Transport} {x.Name} {x.Value}"),
            string.Create(CultureInfo.InvariantCulture, $"epoch  {epoch}"),
            .. tables.Effects.Committed().Select(x => $"effect {side.NameOf(x.Event)} {x.Key}"),
        ];
        return [.. lines.Order(StringComparer.Ordinal)];
    }
}
