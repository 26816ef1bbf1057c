using System.Data.Common;
using Npgsql;
using Todo.Messaging.Publishing;
using Todo.Notification;
using Todo.Notification.Reminders;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>A search for due reminders costs what is due, however much is to be reminded of some day.</summary>
public sealed class SweepCostTests(Servers servers)
{
    private const int Later = 3000;

    [Fact]
    public async Task A_search_reads_neither_tasks_nor_reminders_that_are_not_due()
    {
        var database = await servers.CreateDatabaseAsync();
        await using (await ServiceProcess.StartAsync("Todo.RecurringTask", 8004, servers, database))
        {
            // It has made the tables.
        }

        var look = new Database(database);
        await look.QueryAsync<int>("insert into users (id) values ('u')");
        await look.QueryAsync<int>($"insert into tasks (user_id, title, due_at) select 'u', 'Later', now() + interval '30 days' from generate_series(1, {Later})");
        await look.QueryAsync<int>("insert into reminders (task_id, minutes_before, remind_at) select id, 60, due_at - interval '1 hour' from tasks");
        await look.QueryAsync<int>("analyze");

        var events = new ReminderEvents(new NoOutbox());
        var options = new NotificationOptions(TimeSpan.FromSeconds(5), TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        Assert.Equal(0, await ReadByAsync(database, "tasks", new ReminderClaims(events, options).ClaimBatchAsync));
        Assert.Equal(0, await ReadByAsync(database, "reminders", new SetReminderClaims(events).ClaimBatchAsync));
    }

    /// <summary>Rows of a table that a search has read, useful or not.</summary>
    private static async Task<long> ReadByAsync(string database, string table, Func<NpgsqlTransaction, TimeSpan, CancellationToken, Task<int>> claim)
    {
        // A session of its own: what a session has read in earlier transactions and not reported yet is counted too.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.Equal(0, await claim(transaction, TimeSpan.FromDays(1), CancellationToken.None));
        await using var command = new NpgsqlCommand("select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = $1", connection, transaction)
        {
            Parameters = { new() { Value = table } },
        };
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed class NoOutbox : IOutbox
    {
        public ValueTask<Guid> AddAsync(DbTransaction transaction, OutgoingEvent value, CancellationToken cancellationToken) => throw new NotSupportedException("Nothing is due.");

        public void Wake()
        {
        }
    }
}
