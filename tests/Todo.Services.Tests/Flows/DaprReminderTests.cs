using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>The notification service with <c>USE_DAPR=true</c>: ticks from the job, reminders through the component, the cursor in the state store.</summary>
public sealed class DaprReminderTests(Servers servers)
{
    [Fact]
    public async Task The_job_finds_a_due_task_and_its_reminder_goes_out_through_the_component()
    {
        var database = await servers.CreateDatabaseAsync();
        var endpoint = Addresses.Next(8002);
        await using var sidecar = await SidecarProcess.StartAsync(endpoint.Host, endpoint.Port, servers, database);
        await using var service = await ServiceProcess.StartAsync(
            "Todo.Notification",
            endpoint.Port,
            servers,
            database,
            new Dictionary<string, string>
            {
                ["USE_DAPR"] = "true",
                ["PUBSUB_NAME"] = SidecarProcess.PubSub,
                ["DAPR_HTTP_ENDPOINT"] = $"http://{endpoint.Host}:3500",
                ["REMINDER_POLL_INTERVAL"] = "00:00:01",
            },
            endpoint);
        var look = new Database(database);
        await Eventually.SeeAsync("the job", () => JobsAsync(endpoint.Host), state => state == "scheduled");

        await look.QueryAsync<int>("insert into users (id, email) values ('u', 'u@users.example')");
        var task = await look.QueryAsync<long>("insert into tasks (user_id, title, due_at) values ('u', 'Due', now() + interval '10 minutes') returning id");

        Assert.Equal(SidecarProcess.PubSub, await Eventually.SeeAsync(
            "the reminder sent", () => look.QueryAsync<string>("select sent_via from messaging.outbox where topic = 'task-reminders' and key = $1", $"{task}"), via => via is not null));
        var cursor = await Eventually.SeeAsync("the cursor", () => CursorAsync(endpoint.Host), seen => seen is not null);
        await Eventually.SeeAsync("the cursor going on", () => CursorAsync(endpoint.Host), seen => seen > cursor);
        Assert.Equal(0, await look.QueryAsync<long>("select count(*) from reminder_cursor"));
        Assert.Equal(1, await look.QueryAsync<long>("select count(*) from messaging.outbox where topic = 'task-reminders'"));
    }

    [Fact]
    public async Task Three_pods_that_are_ticked_at_once_again_and_again_remind_of_each_task_once()
    {
        const int Tasks = 250; // more than a sweep claims in one transaction
        var database = await servers.CreateDatabaseAsync();
        var settings = new Dictionary<string, string>
        {
            ["USE_DAPR"] = "true",
            ["PUBSUB_NAME"] = SidecarProcess.PubSub,
            ["DAPR_HTTP_ENDPOINT"] = $"http://{Addresses.Next(3500)}",
            ["REMINDER_POLL_INTERVAL"] = "01:00:00", // the net below the job does not sweep in between
        };
        await using var first = await ServiceProcess.StartAsync("Todo.Notification", 8002, servers, database, settings);
        await using var second = await ServiceProcess.StartAsync("Todo.Notification", 8002, servers, database, settings);
        await using var third = await ServiceProcess.StartAsync("Todo.Notification", 8002, servers, database, settings);
        var look = new Database(database);
        await look.QueryAsync<int>("insert into users (id, email) values ('u', 'u@users.example')");
        await look.QueryAsync<int>($"insert into tasks (user_id, title, due_at) select 'u', 'Due', now() + interval '10 minutes' from generate_series(1, {Tasks})");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(_ => (ServiceProcess[])[first, second, third]).Select(pod => pod.Http.PostAsync("job/check-due-tasks", null)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal((Tasks, Tasks), (
            await look.QueryAsync<long>("select count(*) from messaging.outbox where topic = 'task-reminders'"),
            await look.QueryAsync<long>("select count(distinct key) from messaging.outbox where topic = 'task-reminders'")));
    }

    [Fact]
    public async Task Without_sidecar_and_scheduler_the_service_looks_for_due_tasks_by_itself()
    {
        var database = await servers.CreateDatabaseAsync();
        await using var service = await ServiceProcess.StartAsync("Todo.Notification", 8002, servers, database, new Dictionary<string, string>
        {
            ["USE_DAPR"] = "true",
            ["PUBSUB_NAME"] = SidecarProcess.PubSub,
            ["DAPR_HTTP_ENDPOINT"] = $"http://{Addresses.Next(3500)}",
            ["REMINDER_POLL_INTERVAL"] = "00:00:00.5",
        });
        var look = new Database(database);
        await look.QueryAsync<int>("insert into users (id, email) values ('u', 'u@users.example')");
        var task = await look.QueryAsync<long>("insert into tasks (user_id, title, due_at) values ('u', 'Due', now() + interval '10 minutes') returning id");

        await Eventually.SeeAsync("the reminder", () => look.QueryAsync<long>("select count(*) from messaging.outbox where topic = 'task-reminders' and key = $1", $"{task}"), count => count == 1);
    }

    private static async Task<string?> JobsAsync(string host)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { { "X-Todo-Token", "token" } } };
        return (string?)(await http.GetFromJsonAsync<JsonNode>($"http://{host}:8090/internal/transports"))?["jobs"];
    }

    private static async Task<DateTimeOffset?> CursorAsync(string host)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync($"http://{host}:3500/v1.0/state/todo-state/reminder-sweep");
        return text.Length == 0 ? null : DateTimeOffset.Parse((string)JsonNode.Parse(text)!["sweptAt"]!, null);
    }
}
