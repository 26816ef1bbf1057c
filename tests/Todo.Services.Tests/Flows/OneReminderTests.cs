using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>Exactly one reminder for each due moment, by the loop and by the job, also of the moments that nobody was there for.</summary>
public sealed class OneReminderTests(Servers servers)
{
    private const string Reminders = "select count(*) from messaging.outbox where topic = 'task-reminders'";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_became_due_while_nobody_looked_for_days_is_made_up_for(bool byJob)
    {
        var database = await servers.CreateDatabaseAsync();
        var look = new Database(database);
        await using (await StartAsync(database, byJob))
        {
        }

        // Three days without a pod: longer than the usual look back of one.
        await AddDueTasksAsync(look, 1, "-2 days");
        await look.QueryAsync<int>("""
            insert into reminder_cursor (only_row, swept_at) values (true, now() - interval '3 days') on conflict (only_row) do update set swept_at = excluded.swept_at
            """);
        await using var pod = await StartAsync(database, byJob);
        using var tick = await pod.Http.PostAsync("job/check-due-tasks", null);
        tick.EnsureSuccessStatusCode();
        Assert.Equal(1, await Eventually.SeeAsync("the reminder", () => look.QueryAsync<long>(Reminders), count => count > 0));
    }

    /// <summary>By the job it does nothing unless it is ticked; nothing of Dapr is there.</summary>
    private Task<ServiceProcess> StartAsync(string database, bool byJob) => ServiceProcess.StartAsync("Todo.Notification", 8002, servers, database, new Dictionary<string, string>
    {
        ["USE_DAPR"] = byJob ? "true" : "false",
        ["PUBSUB_NAME"] = SidecarProcess.PubSub,
        ["DAPR_HTTP_ENDPOINT"] = $"http://{Addresses.Next(3500)}",
        ["REMINDER_POLL_INTERVAL"] = byJob ? "01:00:00" : "00:00:00.1",
    });

    private static async Task AddDueTasksAsync(Database look, int count, string from)
    {
        await look.QueryAsync<int>("insert into users (id, email) values ('u', 'u@users.example') on conflict do nothing");
        await look.QueryAsync<int>($"insert into tasks (user_id, title, due_at) select 'u', 'Due', now() + interval '{from}' from generate_series(1, {count})");
    }
}
