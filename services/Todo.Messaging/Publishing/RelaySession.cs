using System.Data.Common;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Publishing;

/// <summary>
/// The connection that owns lanes, claims their events and marks them sent. Ownership is a session advisory lock, so it ends with the connection,
/// however the process ends, and whoever lost it can no longer mark anything.
/// </summary>
internal sealed class RelaySession : IAsyncDisposable
{
    internal const string LockSql = "select lane from unnest($2::int[]) lane where pg_try_advisory_lock($1, lane)";

    internal const string UnlockSql = "select pg_advisory_unlock($1, lane) from unnest($2::int[]) lane";

    internal const string ClaimSql =
        """
        select id, lane, topic, key, version, type, subject, time, data, traceparent, via, clock_timestamp()
        from messaging.outbox where producer = $1 and sent_at is null and lane = any($2) order by seq limit $3
        """;

    internal const string MarkSql = "select messaging.mark_sent($1, $2, $3)";

    private readonly DbConnection _connection;
    private readonly string _producer;
    private readonly int _lockSpace;

    private RelaySession(DbConnection connection, string producer)
    {
        _connection = connection;
        _producer = producer;
        _lockSpace = unchecked((int)Lanes.Hash("messaging.outbox/" + producer));
    }

    public static async Task<RelaySession> OpenAsync(RelayConnection create, ServiceOptions options, CancellationToken cancellationToken)
    {
        var connection = create();
        try
        {
            await connection.OpenAsync(cancellationToken);
            return new(connection, options.AppId);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <returns>Those of the lanes that are ours now.</returns>
    public Task<List<short>> LockAsync(IReadOnlyCollection<short> lanes, CancellationToken cancellationToken) =>
        OnLanesAsync(LockSql, lanes, reader => (short)reader.GetInt32(0), cancellationToken);

    public Task UnlockAsync(IReadOnlyCollection<short> lanes, CancellationToken cancellationToken) =>
        OnLanesAsync(UnlockSql, lanes, reader => reader.GetBoolean(0), cancellationToken);

    /// <summary>The oldest unsent events of these lanes, and the database's time.</summary>
    public async Task<(List<OutboxEvent> Events, DateTimeOffset Now)> ClaimAsync(
        IReadOnlyCollection<short> lanes, int limit, CancellationToken cancellationToken)
    {
        await using var command = _connection.Statement(ClaimSql, _producer, lanes.ToArray(), limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<OutboxEvent>();
        DateTimeOffset now = default;
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(new(
                reader.GetGuid(0), _producer, reader.GetInt16(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), reader.GetString(5),
                reader.GetString(6), reader.GetFieldValue<DateTimeOffset>(7), reader.GetString(8),
                reader.IsDBNull(9) ? null : reader.GetString(9), reader.IsDBNull(10) ? null : reader.GetString(10)));
            now = reader.GetFieldValue<DateTimeOffset>(11);
        }

        return (events, now);
    }

    public async Task MarkSentAsync(IReadOnlyCollection<SentEvent> events, CancellationToken cancellationToken)
    {
        await using var command = _connection.Statement(
            MarkSql, events.Select(x => x.Id).ToArray(), events.Select(x => x.At.ToUniversalTime()).ToArray(), events.Select(x => x.Via).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<List<T>> OnLanesAsync<T>(
        string sql, IReadOnlyCollection<short> lanes, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = _connection.Statement(sql, _lockSpace, lanes.Select(x => (int)x).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}

/// <summary>A connection of the caller's own, not from the pool: a pooled connection's locks would outlive their owner.</summary>
internal delegate DbConnection RelayConnection();

/// <summary>An acknowledged event: when sending began by the database's clock, and over which transport.</summary>
internal sealed record SentEvent(Guid Id, DateTimeOffset At, string Via);
