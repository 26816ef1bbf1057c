using System.Net;
using Npgsql;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>Exactly one reminder for each due moment, by the loop and by the job, with any number of pods, killed or not, also of the moments that nobody was there for.</summary>
public sealed class OneReminderTests(Servers servers)
{
    private const string Reminders = "select count(*) from messaging.outbox where topic = 'task-reminders'";
    private const string RemindedOf = "select count(distinct key) from messaging.outbox where topic = 'task-reminders'";

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public async Task A_pod_killed_with_claims_in_hand_neither_loses_nor_doubles_a_reminder(int pods, bool byJob)
    {
        const int Tasks = 350; // more than three pods claim at once
        var database = await servers.CreateDatabaseAsync();
        var look = new Database(database);
        await using var running = await Replicas.StartAsync(pods, () => StartAsync(database, byJob));
        List<Task> ticks = [];
        await using (var gate = await EventGate.CloseAsync(database))
        {
            await AddDueTasksAsync(look, Tasks, "10 minutes");
            if (byJob)
            {
                ticks.AddRange(running.All.Select(pod => TickAsync(pod)));
            }

            // Each pod has claimed a batch, and published none of it.
            await gate.HoldsAsync(pods);
            running.KillFirst();
            await Eventually.SeeAsync("the end of the process", () => Task.FromResult(running.All[0].HasEnded), ended => ended);
        }

        var survivor = await running.SurvivorAsync();
        await Task.WhenAll(ticks);
        await SeeEachOnceAsync(look, Tasks, survivor, byJob);
    }

    [Theory(Explicit = true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public async Task A_pod_killed_at_any_moment_among_3000_reminders_neither_loses_nor_doubles_one(int pods, bool byJob)
    {
        const int Tasks = 3000;
        var database = await servers.CreateDatabaseAsync();
        var look = new Database(database);
        await using var running = await Replicas.StartAsync(pods, () => StartAsync(database, byJob));
        using var ended = new CancellationTokenSource();
        var ticking = byJob ? TickAgainAndAgainAsync(running, ended.Token) : Task.CompletedTask;
        try
        {
            await AddDueTasksAsync(look, Tasks, "10 minutes");
            await Eventually.SeeAsync("reminders", () => look.QueryAsync<long>(Reminders), count => count > 0);
            running.KillFirst();
            Assert.True(await look.QueryAsync<long>(Reminders) < Tasks, "The kill came too late to tell anything.");
            await SeeEachOnceAsync(look, Tasks, await running.SurvivorAsync(), byJob);
        }
        finally
        {
            await ended.CancelAsync();
            await ticking;
        }
    }

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

        await NobodyLookedForThreeDaysAsync(look);
        await AddDueTasksAsync(look, 1, "-2 days");
        await using var pod = await StartAsync(database, byJob);
        Assert.True(await TickAsync(pod));
        Assert.Equal(1, await Eventually.SeeAsync("the reminder", () => look.QueryAsync<long>(Reminders), count => count > 0));

        // And what was due before anybody looked the last time stays unsaid.
        await Eventually.SeeAsync("a whole sweep", () => look.QueryAsync<bool>("select swept_at > now() - interval '1 day' from reminder_cursor"), swept => swept);
        await AddDueTasksAsync(look, 1, "-2 days");
        Assert.True(await TickAsync(pod));
        Assert.Equal(1, await look.QueryAsync<long>(Reminders));
    }

    [Theory]
    [InlineData("insert into tasks (user_id, title, due_at) values ('u', 'Due', now() - interval '2 days')", "select from tasks for update")]
    [InlineData(
        "with t as (insert into tasks (user_id, title) values ('u', 'Call') returning id) insert into reminders (task_id, remind_at) select id, now() - interval '2 days' from t",
        "select from reminders for update")]
    public async Task What_a_pod_had_in_hand_when_it_died_after_days_without_a_sweep_is_made_up_for_too(string due, string claim)
    {
        var database = await servers.CreateDatabaseAsync();
        var look = new Database(database);
        await using var pod = await StartAsync(database, byJob: true);
        await NobodyLookedForThreeDaysAsync(look);
        await AddUserAsync(look);
        await look.QueryAsync<int>(due);
        await using (var dying = new NpgsqlConnection(database))
        {
            await dying.OpenAsync();
            await using var transaction = await dying.BeginTransactionAsync();
            await using var command = new NpgsqlCommand(claim, dying, transaction);
            await command.ExecuteNonQueryAsync();
            // This pod sweeps meanwhile, and passes it over.
            Assert.True(await TickAsync(pod));
            Assert.Equal(0, await look.QueryAsync<long>(Reminders));
        }

        Assert.True(await TickAsync(pod));
        Assert.Equal(1, await look.QueryAsync<long>(Reminders));
    }

    /// <summary>Every reminder comes, none twice, and whoever looks again finds nothing.</summary>
    private static async Task SeeEachOnceAsync(Database look, int tasks, ServiceProcess pod, bool byJob)
    {
        await Eventually.SeeAsync(
            "every reminder",
            async () =>
            {
                // The scheduler fires again what was not answered.
                Assert.True(!byJob || await TickAsync(pod));
                return await look.QueryAsync<long>(RemindedOf);
            },
            count => count == tasks);
        Assert.True(await TickAsync(pod));
        Assert.Equal(tasks, await look.QueryAsync<long>(Reminders));
    }

    /// <summary>Longer than the usual look back of one day.</summary>
    private static Task<int> NobodyLookedForThreeDaysAsync(Database look) => look.QueryAsync<int>("""
        insert into reminder_cursor (only_row, swept_at) values (true, now() - interval '3 days') on conflict (only_row) do update set swept_at = excluded.swept_at
        """);

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
        await AddUserAsync(look);
        await look.QueryAsync<int>($"insert into tasks (user_id, title, due_at) select 'u', 'Due', now() + interval '{from}' from generate_series(1, {count})");
    }

    private static Task<int> AddUserAsync(Database look) => look.QueryAsync<int>("insert into users (id, email) values ('u', 'u@users.example') on conflict do nothing");

    /// <summary>One tick of the job.</summary>
    /// <returns>Whether it was done; false: the pod is gone.</returns>
    private static async Task<bool> TickAsync(ServiceProcess pod)
    {
        try
        {
            using var response = await pod.Http.PostAsync("job/check-due-tasks", null);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>What the scheduler does: each tick to one of the pods, and again where it was not answered.</summary>
    private static async Task TickAgainAndAgainAsync(Replicas pods, CancellationToken cancellationToken)
    {
        for (var tick = 0; !cancellationToken.IsCancellationRequested; tick++)
        {
            var all = pods.All;
            await TickAsync(all[tick % all.Count]);
        }
    }
}
