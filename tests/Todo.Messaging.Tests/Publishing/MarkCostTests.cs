using Npgsql;
using Todo.Messaging.Publishing;
using Todo.Messaging.Schema;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Publishing;

public sealed class MarkCostTests(TestServers servers)
{
    /// <summary>More than it takes until PostgreSQL keeps the plan of a prepared statement.</summary>
    private const int Calls = 10;

    [Fact]
    public async Task A_session_that_began_with_an_empty_outbox_marks_without_reading_all_of_it()
    {
        await using var world = await TestWorld.CreateAsync(servers, kafka: false);
        await world.StartProducerAsync();
        await using var database = NpgsqlDataSource.Create(world.ConnectionString + ";Max Auto Prepare=10;Auto Prepare Min Usages=2");
        await using var connection = await database.OpenConnectionAsync();
        for (var call = 0; call < Calls; call++)
        {
            await MarkAsync(connection, Guid.Empty);
        }

        await world.ExecuteAsync(
            """
            insert into messaging.outbox (id, producer, lane, topic, key, version, type, subject, time, data)
            select messaging.uuid7(now()), 'nobody', 0, 'task-events', n::text, 1, 'type', 'subject', now(), '{}' from generate_series(1, 3000) n
            """);
        var id = await world.ScalarAsync<Guid>("select id from messaging.outbox where key = '2000'");

        await using var transaction = await connection.BeginTransactionAsync();
        await MarkAsync(connection, id);
        await using var command = connection.Statement("select seq_tup_read, n_tup_upd from pg_stat_xact_user_tables where relname = 'outbox'");
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal((0L, 1L), (reader.GetInt64(0), reader.GetInt64(1)));
    }

    private static async Task MarkAsync(NpgsqlConnection connection, Guid id)
    {
        await using var command = connection.Statement(RelaySession.MarkSql, new[] { id }, new[] { DateTimeOffset.UtcNow }, new[] { "direct-kafka" });
        await command.ExecuteNonQueryAsync();
    }
}
