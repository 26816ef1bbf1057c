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
