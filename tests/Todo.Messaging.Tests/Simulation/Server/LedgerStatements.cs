using Todo.Messaging.Consuming;
using Todo.Messaging.Hosting;
using Todo.Messaging.Ledger;
using Todo.Messaging.Management;
using Todo.Messaging.Publishing;

namespace Todo.Messaging.Tests.Simulation.Server;

/// <summary>Every statement of the messaging layer that a history needs, by the product's own text.</summary>
internal static class LedgerStatements
{
    /// <summary>A change of the world, and the effect of an event: what the tests write themselves.</summary>
    public const string ChangeSql = "insert into public.changes (event_id, key) values ($1, $2)";

    public const string EffectSql = "insert into public.effects (event_id, key) values ($1, $2)";

    public const string ErrorSql = "select 1 / 0";

    private static readonly Dictionary<string, string> Names = new()
    {
        [Outbox.AddSql] = "add", [Startup.SubscribeSql] = "subscribe", [Inbox.ReceiveSql] = "receive", [Inbox.CloseSql] = "close", [Inbox.FailSql] = "fail",
        [LedgerCounters.CountSql] = "count", [DeadLetters.CountSql] = "count dead", [RelaySession.LockSql] = "lock", [RelaySession.UnlockSql] = "unlock",
        [RelaySession.ClaimSql] = "claim", [RelaySession.MarkSql] = "mark", [Replayer.ReplaySql] = "replay", [Replayer.ReconcileSql] = "reconcile",
        [Replayer.ReleaseProbesSql] = "release probes", [Epoch.ReadSql] = "epoch", [Epoch.RaiseSql] = "raise epoch", [ChangeSql] = "change", [EffectSql] = "effect",
    };

    public static string NameOf(string sql) => Names.GetValueOrDefault(sql, sql.Length < 12 ? sql : sql[..12]);

    public static Dictionary<string, Statement> Of(SimulatedServer server)
    {
        var tables = server.Tables;
        var functions = new LedgerFunctions(server);
        var relay = new RelayStatements(server, functions);
        var queries = new LedgerQueries(server);
        return new()
        {
            [Outbox.AddSql] = async (work, v) => Answer.Of(await functions.AddEventAsync(
                work, new(default, 0, (string)v[0]!, (short)v[1]!, (string)v[2]!, (string)v[3]!, 0, (string)v[4]!, (string)v[5]!, default, (string)v[6]!, (string?)v[7], (string?)v[8]))),
            [Startup.SubscribeSql] = async (work, v) =>
            {
                await functions.SubscribeAsync(work, (string)v[0]!, (string)v[1]!);
                return Answer.Of([null]);
            },
            [Inbox.ReceiveSql] = async (work, v) =>
            {
                var (state, origin) = await functions.ReceiveAsync(work, (Guid)v[0]!, (string)v[1]!, (DateTimeOffset)v[2]!, (TimeSpan)v[3]!, (string)v[4]!);
                return Answer.Of(state, origin);
            },
            [Inbox.CloseSql] = async (work, v) =>
            {
                await functions.CloseAsync(work, (Guid)v[0]!, (string)v[1]!, (string)v[2]!, (string)v[3]!, (string?)v[4]);
                return Answer.Of([null]);
            },
            [Inbox.FailSql] = async (work, v) => Answer.Of(await functions.FailAsync(work, (Guid)v[0]!, (string)v[1]!, (string)v[2]!, (bool)v[3]!, (string)v[4]!)),
            [LedgerCounters.CountSql] = async (work, v) =>
            {
                await functions.CountUpAsync(work, (string)v[0]!, (string)v[1]!, (long)v[2]!);
                return Answer.Of([null]);
            },
            [DeadLetters.CountSql] = async (work, v) =>
            {
                await functions.CountUpAsync(work, (string)v[0]!, "dead", 1);
                return Answer.Of([null]);
            },
            [RelaySession.LockSql] = (work, v) => new(relay.Lock(work, (int)v[0]!, (int[])v[1]!)),
            [RelaySession.UnlockSql] = (work, v) => new(relay.Unlock(work, (int)v[0]!, (int[])v[1]!)),
            [RelaySession.ClaimSql] = (work, v) => new(relay.Claim(work, (string)v[0]!, (short[])v[1]!, (int)v[2]!)),
            [RelaySession.MarkSql] = async (work, v) =>
            {
                await relay.MarkAsync(work, (Guid[])v[0]!, (DateTimeOffset[])v[1]!, (string[])v[2]!);
                return Answer.Of([null]);
            },
            [Replayer.ReplaySql] = (work, v) => relay.ReplayAsync(work, (string[])v[0]!),
            [Replayer.ReconcileSql] = (work, v) => relay.ReconcileAsync(work, (string)v[0]!, (short[])v[1]!, (short)v[2]!, (TimeSpan)v[3]!, (string)v[4]!, (int)v[5]!),
            [Replayer.ReleaseProbesSql] = (work, v) => relay.ReleaseProbesAsync(work, (string)v[0]!, (short)v[1]!, (TimeSpan)v[2]!),
            [LedgerReader.PlatformSql] = (work, _) => new(Answer.Of(server.Now, queries.Epoch(work))),
            [LedgerReader.OpenSql] = (work, _) => new(queries.Open(work)),
            [LedgerReader.CountersSql] = (work, _) => new(queries.Counters(work)),
            [LedgerReader.RecentSql] = (work, v) => new(queries.Recent(work, (int)v[0]!)),
            [Epoch.ReadSql] = (work, _) => new(Answer.Of(queries.Epoch(work))),
            [Epoch.RaiseSql] = (work, v) => queries.RaiseEpochAsync(work, (long)v[0]!),
            // Nobody listens: a notification may be lost, and the sweep is there for that.
            [RelayNotifications.NotifySql] = (_, _) => new(Answer.Of([null])),
            [ErrorSql] = (_, _) => throw Errors.Of(Npgsql.PostgresErrorCodes.DivisionByZero, "division by zero"),
            [ChangeSql] = async (work, v) => Answer.Changed(await tables.Changes.InsertAsync(work, tables.Next(), new((Guid)v[0]!, (string)v[1]!)) ? 1 : 0),
            [EffectSql] = async (work, v) => Answer.Changed(await tables.Effects.InsertAsync(work, tables.Next(), new((Guid)v[0]!, (string)v[1]!)) ? 1 : 0),
        };
    }
}
