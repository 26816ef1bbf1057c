using Todo.Services.Tests.Cutover;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>kill -9 between the commit of a change and the publishing of its event.</summary>
public sealed class CrashTests(Servers servers)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_killed_pod_had_not_published_is_published_by_the_next_and_handled_once(bool killedUsesDapr)
    {
        await using var kafka = await OldKafka.StartAsync(servers);
        var connection = await servers.CreateDatabaseAsync();
        var database = new Database(connection);
        var settings = new Dictionary<string, string> { ["KAFKA_BOOTSTRAP_SERVERS"] = $"{kafka.Address}" };
        await using var recurring = await ServiceProcess.StartAsync("Todo.RecurringTask", 8004, servers, connection, settings);
        // It can commit and not publish: neither broker nor sidecar is there.
        await using var killed = await ServiceProcess.StartAsync("Todo.Backend", 8000, servers, connection, new Dictionary<string, string>
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = $"{Addresses.Next(9092)}",
            ["USE_DAPR"] = killedUsesDapr ? "true" : "false",
            ["PUBSUB_NAME"] = "todo-kafka-backend",
            ["DAPR_HTTP_ENDPOINT"] = $"http://{Addresses.Next(3500)}",
        });
        var user = new ApiClient(killed.Http, "user");
        var task = await user.CreateAsync(new { title = "Pills", dueAt = DateTimeOffset.UtcNow.AddDays(1), recurrenceRule = "FREQ=DAILY" });
        Assert.True((await user.CompleteAsync(task.Id)).Completed);
        // What it can't reach is told, and it is in service all the same.
        await Eventually.SeeAsync("the transport missed", () => killed.Http.GetStringAsync("readyz"), text => text.StartsWith("ok\n[+] database", StringComparison.Ordinal) && text.Contains("[-] transport", StringComparison.Ordinal));

        killed.Kill();
        await Eventually.SeeAsync("the end of the process", () => Task.FromResult(killed.HasEnded), ended => ended);
        Assert.Equal((2L, 1L), (
            await database.QueryAsync<long>("select count(*) from messaging.outbox where sent_at is null"),
            await database.QueryAsync<long>("select count(*) from tasks")));
        await using var next = await ServiceProcess.StartAsync("Todo.Backend", 8000, servers, connection, settings);

        await Eventually.SeeAsync("every delivery handled", () => database.QueryAsync<long>("select count(*) from messaging.deliveries where state = 'handled'"), handled => handled == 1);
        await Eventually.SeeAsync(
            "every event sent", () => database.QueryAsync<long>("select count(*) from messaging.outbox where sent_at is null"), unsent => unsent == 0);
        Assert.Equal(1, await new OldTasks(database).SuccessorsAsync(task.Id));
        Assert.Equal(2, await database.QueryAsync<long>("select count(*) from tasks"));
    }
}
