using System.Diagnostics;
using System.Net;
using System.Text;
using Todo.Contracts;
using Todo.Contracts.Tests.Original;
using Todo.Messaging.Publishing;
using Todo.Services.Tests.Cutover;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>Who of a pod is told first to leave.</summary>
public enum PodEnd
{
    /// <summary>Both at once, as in Kubernetes.</summary>
    Together,

    ServiceFirst,
    SidecarFirst,
}

/// <summary>SIGTERM to a pod with work in hand: it is finished, acknowledged, and the process ends in time. What is in hand is held where it writes its event, so the signal always comes in the middle.</summary>
public sealed class ConsumerShutdownTests(Servers servers)
{
    private const int Completions = 20;
    private const int SigTerm = 15;
    private const int DueTasks = 250; // three transactions of a sweep
    private const string Reminders = "select count(*) from messaging.outbox where topic = 'task-reminders'";

    private const string Deliveries = """
        select string_agg(state || ' ' || count, ', ' order by state)
        from (select state, count(*) from messaging.deliveries where consumer = 'recurring-task-service' group by state) x
        """;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_consumer_behind_a_sidecar_finishes_and_answers_every_delivery_in_hand()
    {
        var connection = await servers.CreateDatabaseAsync();
        await using var pod = await StartAsync("Todo.RecurringTask", 8004, connection, BehindSidecar());
        var completed = await CompletedTasksAsync(connection);
        Task<HttpStatusCode>[] deliveries;
        await using (var gate = await EventGate.CloseAsync(connection))
        {
            deliveries = [.. completed.Select(task => DeliverAsync(pod, task))];
            await gate.HoldsAsync(Completions);
            await EndAsync(pod, gate);
        }

        Assert.All(await Task.WhenAll(deliveries), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(Completions, await SuccessorsAsync(connection, completed));
    }

    [Fact]
    public async Task A_consumer_of_Kafka_finishes_and_commits_what_it_has_begun()
    {
        await using var kafka = await OldKafka.StartAsync(servers);
        var connection = await servers.CreateDatabaseAsync();
        await using var pod = await StartAsync("Todo.RecurringTask", 8004, connection, new()
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = $"{kafka.Address}", ["DELIVERY_HANDLER_TIMEOUT"] = "00:01:00",
        });
        // One for each of its workers: all of them are begun at once.
        var completed = (await CompletedTasksAsync(connection)).DistinctBy(task => Lanes.Of($"{task}")).ToArray();
        await using (var gate = await EventGate.CloseAsync(connection))
        {
            await kafka.ProduceAsync(Topics.TaskRecurrence, [.. completed.Select(task => (task, OriginalShapes.Completed(Shape.KafkaMode, task)))]);
            await gate.HoldsAsync(completed.Length);
            await EndAsync(pod, gate);
        }

        Assert.Equal(completed.Length, await SuccessorsAsync(connection, completed));
        Assert.Equal(0, await kafka.LagAsync(ConsumerGroups.Of(AppIds.RecurringTask), Topics.TaskRecurrence, partitions: 1));
    }

    /// <summary>The same behind a real sidecar, which hands over as many at a time as its component does, and goes too: what this pod leaves, the next gets.</summary>
    internal static async Task SeeSidecarsDeliveriesHandledAsync(DaprPlatform platform, PodEnd end)
    {
        var connection = await platform.CreateDatabaseAsync();
        var database = new Database(connection);
        await using var backend = await platform.StartAsync("Todo.Backend", 8000, connection);
        await using (await platform.StartAsync("Todo.RecurringTask", 8004, connection))
        {
            // From now on completions are owed to it.
        }

        var user = new ApiClient(backend.Http, "u");
        for (var n = 0; n < Completions; n++)
        {
            var task = await user.CreateAsync(new { title = "Water the plants", dueAt = DateTimeOffset.UtcNow.AddDays(1), recurrenceRule = "FREQ=DAILY" });
            await user.CompleteAsync(task.Id);
        }

        await Eventually.SeeAsync("every event at the broker", () => database.QueryAsync<long>("select count(*) from messaging.outbox where sent_at is null"), unsent => unsent == 0);
        await using (var gate = await EventGate.CloseAsync(connection))
        {
            await using var pod = await platform.StartAsync("Todo.RecurringTask", 8004, connection);
            await gate.HoldsSomeAsync();
            await EndAsync(pod, gate, end);
        }

        await using var next = await platform.StartAsync("Todo.RecurringTask", 8004, connection);
        await Eventually.SeeAsync("every completion handled", () => database.QueryAsync<string>(Deliveries), states => states == $"handled {Completions}");
        Assert.Equal(Completions, await database.QueryAsync<long>("select count(*) from tasks where not completed"));
    }

    [Fact]
    public async Task A_tick_of_the_job_is_finished_and_answered()
    {
        var (connection, database) = await NewDatabaseAsync();
        await using var pod = await StartAsync("Todo.Notification", 8002, connection, BehindSidecar());
        Task<HttpResponseMessage> tick;
        await using (var gate = await EventGate.CloseAsync(connection))
        {
            await AddDueTasksAsync(database);
            tick = pod.Http.PostAsync("job/check-due-tasks", null);
            await gate.HoldsAsync(1);
            await EndAsync(pod, gate);
        }

        using var answer = await tick;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(DueTasks, await database.QueryAsync<long>(Reminders));
    }

    [Fact]
    public async Task A_sweep_of_the_loop_is_finished()
    {
        var (connection, database) = await NewDatabaseAsync();
        await using var pod = await StartAsync("Todo.Notification", 8002, connection, new() { ["CONSUME_DIRECT"] = "false", ["REMINDER_POLL_INTERVAL"] = "00:00:00.1" });
        await using (var gate = await EventGate.CloseAsync(connection))
        {
            await AddDueTasksAsync(database);
            await gate.HoldsAsync(1);
            await EndAsync(pod, gate);
        }

        Assert.Equal(DueTasks, await database.QueryAsync<long>(Reminders));
    }

    /// <summary>Sends SIGTERM, lets the work go on when the pod has heard of it, and waits for its end.</summary>
    private static async Task EndAsync(ServiceProcess pod, EventGate gate)
    {
        var watch = Stopwatch.StartNew();
        pod.Terminate();
        await Eventually.SeeAsync("the pod leaving", () => IsReadyAsync(pod), ready => !ready);
        await gate.OpenAsync();
        await Eventually.SeeAsync("the end of the process", () => Task.FromResult(pod.HasEnded), ended => ended);
        Assert.True(watch.Elapsed < Grace, $"took {watch.Elapsed}");
    }

    /// <summary>The end of a pod of two containers, in the order in which they hear of it.</summary>
    private static async Task EndAsync(ServiceProcess pod, EventGate gate, PodEnd end)
    {
        if (end != PodEnd.ServiceFirst)
        {
            pod.Sidecar!.Signal(SigTerm);
        }

        if (end == PodEnd.SidecarFirst)
        {
            await gate.OpenAsync();
            await pod.Sidecar!.ExitAsync(CancellationToken.None).WaitAsync(Grace);
        }

        // What is left of the sidecar ends after it.
        await EndAsync(pod, gate);
    }

    private static async Task<bool> IsReadyAsync(ServiceProcess pod)
    {
        try
        {
            using var response = await pod.Http.GetAsync("readyz");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It listens no more.
            return false;
        }
    }

    private static async Task<HttpStatusCode> DeliverAsync(ServiceProcess pod, long task)
    {
        using var content = new StringContent(OriginalShapes.Completed(Shape.KafkaMode, task), Encoding.UTF8, "application/json");
        using var response = await pod.Http.PostAsync($"events/{Topics.TaskRecurrence}", content);
        return response.StatusCode;
    }

    private static async Task<long[]> CompletedTasksAsync(string connection)
    {
        var tasks = new OldTasks(new Database(connection));
        var completed = new long[Completions];
        for (var n = 0; n < Completions; n++)
        {
            completed[n] = (await tasks.CompletedDailyAsync()).Id;
        }

        return completed;
    }

    private static async Task AddDueTasksAsync(Database database)
    {
        await database.QueryAsync<int>("insert into users (id) values ('u')");
        await database.QueryAsync<int>($"insert into tasks (user_id, title, due_at) select 'u', 'Due', now() + interval '10 minutes' from generate_series(1, {DueTasks})");
    }

    private async Task<(string Connection, Database Database)> NewDatabaseAsync()
    {
        var connection = await servers.CreateDatabaseAsync();
        return (connection, new Database(connection));
    }

    private static Task<long> SuccessorsAsync(string connection, long[] tasks) => new Database(connection).QueryAsync<long>(
        "select count(*) from tasks n join tasks t on t.series_id = n.series_id where t.id = any($1) and n.id <> t.id", (object)tasks);

    private Task<ServiceProcess> StartAsync(string program, int port, string connection, Dictionary<string, string> settings) =>
        ServiceProcess.StartAsync(program, port, servers, connection, settings);

    /// <summary>As if behind one: nothing of Dapr is there.</summary>
    private static Dictionary<string, string> BehindSidecar() => new()
    {
        ["USE_DAPR"] = "true",
        ["PUBSUB_NAME"] = SidecarProcess.PubSub,
        ["DAPR_HTTP_ENDPOINT"] = $"http://{Addresses.Next(3500)}",
        ["REMINDER_POLL_INTERVAL"] = "01:00:00",
        // The gate is not what is tried here.
        ["DELIVERY_HANDLER_TIMEOUT"] = "00:01:00",
    };
}
