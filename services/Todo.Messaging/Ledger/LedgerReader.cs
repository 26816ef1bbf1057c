using System.Data.Common;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Ledger;

/// <summary>Answers about the present of the whole platform, at a cost that grows with what is open.</summary>
internal sealed class LedgerReader(DbDataSource database)
{
    internal const string PlatformSql = "select clock_timestamp(), epoch from messaging.platform";

    internal const string OpenSql = "select transport, producer, open, oldest_seconds from messaging.open_deliveries()";

    internal const string CountersSql = "select transport, name, value from messaging.counters";

    internal const string RecentSql = "select published, handled, failed, p50, p95 from messaging.recent($1)";

    /// <param name="windowSeconds">Length of the recent past.</param>
    public async Task<LedgerAnswer> ReadAsync(int windowSeconds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var batch = connection.CreateBatch();
        batch.Add(PlatformSql);
        batch.Add(OpenSql);
        batch.Add(CountersSql);
        batch.Add(RecentSql, windowSeconds);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (asOf, epoch) = (reader.GetDateTime(0), reader.GetInt64(1));

        await reader.NextResultAsync(cancellationToken);
        var transports = new SortedDictionary<string, TransportAnswer>(StringComparer.Ordinal);
        var unsent = new List<UnsentAnswer>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (open, oldest) = (reader.GetInt64(2), Math.Round(Math.Max(0, reader.GetDouble(3)), 3));
            if (reader.IsDBNull(0))
            {
                unsent.Add(new(reader.GetString(1), open, oldest));
            }
            else
            {
                transports[reader.GetString(0)] = new(reader.GetString(0)) { InFlight = open, OldestSeconds = oldest };
            }
        }

        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var name = reader.GetString(0);
            var transport = transports.GetValueOrDefault(name) ?? new(name);
            transports[name] = transport.With(reader.GetString(1), reader.GetInt64(2));
        }

        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var recent = new RecentAnswer(
            windowSeconds, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2),
            reader.IsDBNull(3) ? 0 : Math.Round(reader.GetDouble(3), 1), reader.IsDBNull(4) ? 0 : Math.Round(reader.GetDouble(4), 1));
        return new(asOf, epoch, [.. transports.Values], unsent.Sum(x => x.Held), unsent.Select(x => x.OldestSeconds).DefaultIfEmpty(0).Max(), unsent, recent);
    }
}

/// <summary>The ledger of the whole platform, as docs/reference/service-contract.md describes it.</summary>
internal sealed record LedgerAnswer(
    DateTime AsOf, long Epoch, IReadOnlyList<TransportAnswer> Transports, long Held, double HeldOldestSeconds, IReadOnlyList<UnsentAnswer> Unsent, RecentAnswer Recent);

/// <summary>Deliveries whose event its producer has not sent yet.</summary>
internal sealed record UnsentAnswer(string Producer, long Held, double OldestSeconds);

internal sealed record TransportAnswer(string Name)
{
    public long InFlight { get; init; }
    public double OldestSeconds { get; init; }
    public long Replayed { get; init; }
    public long Suppressed { get; init; }
    public long Dead { get; init; }
    public long Foreign { get; init; }

    public TransportAnswer With(string counter, long value) => counter switch
    {
        "replayed" => this with { Replayed = value },
        "suppressed" => this with { Suppressed = value },
        "dead" => this with { Dead = value },
        "foreign" => this with { Foreign = value },
        _ => this,
    };
}

/// <param name="P50Milliseconds">0 when nothing was handled that counts.</param>
internal sealed record RecentAnswer(int Seconds, long Published, long Handled, long Failed, double P50Milliseconds, double P95Milliseconds);
