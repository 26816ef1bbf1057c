using System.Data.Common;
using System.Globalization;
using Npgsql;
using Todo.Contracts;
using Todo.Messaging.Consuming;
using Todo.Messaging.Hosting;
using Todo.Messaging.Ledger;
using Todo.Messaging.Management;
using Todo.Messaging.Publishing;
using Todo.Messaging.Schema;
using Todo.Messaging.Tests.Simulation.Server;

namespace Todo.Messaging.Tests.Simulation.Comparison;

/// <summary>
/// Sessions on one of the two databases. The statements are the product's own; the answers are told so that they can be compared: events by the step that added them,
/// of times only that they are there.
/// </summary>
internal sealed class Side(Func<DbConnection> create, Func<DateTimeOffset> now)
{
    private const string Producer = AppIds.Backend;
    private const int LockSpace = 7;

    private static readonly string[] Transports = ["old", "new"];
    private static readonly string[] Consumers = [AppIds.RecurringTask, AppIds.Notification];
    private static readonly string[] Keys = ["a", "b", "c"];

    private readonly Dictionary<int, Guid> _events = [];
    private readonly Dictionary<Guid, string> _names = [];
    private readonly Dictionary<int, (DbConnection Connection, DbTransaction? Transaction)> _sessions = [];

    /// <summary>The connection of a session, opened if need be.</summary>
    public async Task<DbConnection> ConnectionAsync(int session)
    {
        if (!_sessions.TryGetValue(session, out var open))
        {
            var connection = create();
            await connection.OpenAsync();
            open = _sessions[session] = (connection, null);
        }

        return open.Connection;
    }

    public bool IsOpen(int session) => _sessions.ContainsKey(session);

    public bool InTransaction(int session) => _sessions.TryGetValue(session, out var open) && open.Transaction is not null;

    public string NameOf(Guid id) => _names.GetValueOrDefault(id, "nobody's");

    public async Task CloseAsync(int session)
    {
        if (_sessions.Remove(session, out var open))
        {
            await open.Connection.DisposeAsync();
        }
    }

    public async Task CloseAllAsync()
    {
        foreach (var session in _sessions.Keys.ToList())
        {
            await CloseAsync(session);
        }
    }

    /// <summary>Does a step, and tells what came of it.</summary>
    public async Task<string> RunAsync(int number, Step step)
    {
        try
        {
            return await AnswerAsync(number, step, await ConnectionAsync(step.Session));
        }
        catch (PostgresException e) when (!e.SqlState.StartsWith("57P", StringComparison.Ordinal))
        {
            return "error " + e.SqlState;
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            return "lost";
        }
    }

    private async Task<string> AnswerAsync(int number, Step step, DbConnection connection)
    {
        var transaction = _sessions[step.Session].Transaction;
        var value = _events.Count == 0 || step.A % 7 == 6 ? Guid.Empty : _events.ElementAt(step.A % _events.Count).Value;
        var (consumer, via) = (Consumers[step.B % 2], Transports[step.B / 2 % 2]);
        short[] lanes = step.B % 3 == 0 ? [.. Keys.Select(Lanes.Of)] : [Lanes.Of(Keys[step.A % 3]), Lanes.Probe];
        switch (step.Kind)
        {
            case StepKind.Begin:
                _sessions[step.Session] = (connection, await connection.BeginTransactionAsync());
                return "begun";
            case StepKind.Commit or StepKind.Rollback:
                _sessions[step.Session] = (connection, null);
                await (step.Kind == StepKind.Commit ? transaction!.CommitAsync() : transaction!.RollbackAsync());
                await transaction.DisposeAsync();
                return "ended";
            case StepKind.Add or StepKind.AddProbe:
                var lane = step.Kind == StepKind.Add ? Lanes.Of(Keys[step.A % 3]) : Lanes.Probe;
                var key = step.Kind == StepKind.Add ? Keys[step.A % 3] : string.Create(CultureInfo.InvariantCulture, $"probe {number}");
                var topic = step.B % 3 == 0 ? Topics.TaskReminders : Topics.TaskRecurrence;
                await using (var add = connection.Statement(
                    Outbox.AddSql, Producer, lane, topic, key, "type", "subject", "{}", null, step.Kind == StepKind.Add ? null : via))
                {
                    add.Transaction = transaction;
                    var id = (Guid)(await add.ExecuteScalarAsync())!;
                    (_events[number], _names[id]) = (id, string.Create(CultureInfo.InvariantCulture, $"e{number}"));
                }

                return "added";
            case StepKind.CloseAndCommit:
                await using (var batch = connection.CreateBatch())
                {
                    batch.Transaction = transaction;
                    batch.Add(Inbox.CloseSql, value, consumer, "handled", via, null);
                    batch.Add("commit");
                    await batch.ExecuteNonQueryAsync();
                }

                await transaction!.DisposeAsync();
                _sessions[step.Session] = (connection, null);
                return "closed and committed";
            case StepKind.Ledger:
                await using (var batch = connection.CreateBatch())
                {
                    batch.Transaction = transaction;
                    batch.Add(LedgerReader.PlatformSql);
                    batch.Add(LedgerReader.OpenSql);
                    batch.Add(LedgerReader.CountersSql);
                    batch.Add(LedgerReader.RecentSql, 24 * 3600);
                    await using var reader = await batch.ExecuteReaderAsync();
                    return await ReadAsync(reader, ordered: false);
                }

            default:
                var (sql, values) = StatementOf(step, value, consumer, via, lanes);
                await using (var command = connection.Statement(sql, values))
                {
                    command.Transaction = transaction;
                    await using var reader = await command.ExecuteReaderAsync();
                    return await ReadAsync(reader, ordered: step.Kind == StepKind.Claim);
                }
        }
    }

    private (string Sql, object?[] Values) StatementOf(Step step, Guid value, string consumer, string via, short[] lanes) => step.Kind switch
    {
        StepKind.Error => (LedgerStatements.ErrorSql, []),
        StepKind.Receive => (Inbox.ReceiveSql, [value, consumer, now() - (step.B % 5 == 4 ? TimeSpan.FromDays(30) : TimeSpan.Zero), TimeSpan.FromDays(14), via]),
        StepKind.Close => (Inbox.CloseSql, [value, consumer, step.B % 3 == 0 ? "dead" : "superseded", via, step.B % 5 == 0 ? null : "why"]),
        StepKind.Fail => (Inbox.FailSql, [value, consumer, via, step.B % 3 == 0, "error"]),
        StepKind.CountUp => (LedgerCounters.CountSql, [via, step.A % 2 == 0 ? "suppressed" : "dead", (long)step.B]),
        StepKind.Effect => (LedgerStatements.EffectSql, [value, "key"]),
        StepKind.Lock => (RelaySession.LockSql, [LockSpace, lanes.Select(x => (int)x).ToArray()]),
        StepKind.Unlock => (RelaySession.UnlockSql, [LockSpace, lanes.Select(x => (int)x).ToArray()]),
        StepKind.Claim => (RelaySession.ClaimSql, [Producer, lanes, step.B % 4 + 1]),
        StepKind.Mark => (RelaySession.MarkSql, [new[] { value }, new[] { now() - (step.B % 3 == 0 ? TimeSpan.FromHours(2) : TimeSpan.Zero) }, new[] { via }]),
        StepKind.Replay => (Replayer.ReplaySql, [step.B % 3 == 0 ? Transports : new[] { via }]),
        StepKind.Reconcile => (Replayer.ReconcileSql, [Producer, lanes, Lanes.Probe, TimeSpan.FromHours(1), via, step.A % 3 + 1]),
        StepKind.ReleaseProbes => (Replayer.ReleaseProbesSql, [Producer, Lanes.Probe, TimeSpan.Zero]),
        StepKind.RaiseEpoch => (Epoch.RaiseSql, [(long)(step.B % 5)]),
        StepKind.Subscribe => (Startup.SubscribeSql, [step.A % 2 == 0 ? Topics.TaskRecurrence : Topics.TaskReminders, consumer]),
        _ => throw new NotSupportedException(step.Kind.ToString()),
    };

    private async Task<string> ReadAsync(DbDataReader reader, bool ordered)
    {
        var results = new List<string>();
        do
        {
            var rows = new List<string>();
            while (await reader.ReadAsync())
            {
                rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(x => Tell(reader.GetValue(x)))));
            }

            results.Add(string.Join(", ", ordered ? rows : rows.Order(StringComparer.Ordinal)));
        }
        while (await reader.NextResultAsync());

        return $"{string.Join(" | ", results)} ({Math.Max(0, reader.RecordsAffected)})";
    }

    private string Tell(object? value) => value switch
    {
        Guid id => NameOf(id),
        DateTime or DateTimeOffset => "time",
        // Seconds since something, or a percentile: which of them are there is compared, not how long it took. Percentiles are not simulated at all.
        double or DBNull or null => "",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
