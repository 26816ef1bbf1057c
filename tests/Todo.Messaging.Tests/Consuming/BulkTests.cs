using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Todo.Contracts;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Consuming;

/// <summary>Dapr's bulk subscribe: a status per entry.</summary>
public sealed class BulkTests(TestServers servers)
{
    [Fact]
    public async Task Each_entry_has_its_effect_and_its_status()
    {
        await using var world = await TestWorld.CreateAsync(servers, kafka: false);
        var consumer = await world.StartConsumerAsync(
            (value, transaction, token) => value.Key == "away"
                ? throw new NpgsqlException("the database is away", new IOException())
                : TestWorld.RecordEffectAsync(value, transaction, token),
            ("CONSUME_DIRECT", "false"));
        var twice = Event("a");

        var statuses = await DeliverAsync(consumer, ("1", twice), ("2", Event("away")), ("3", twice), ("4", Event("away")), ("5", Event("b")), ("6", "not an event"));

        Assert.Equal(["1 SUCCESS", "2 RETRY", "3 SUCCESS", "4 RETRY", "5 SUCCESS", "6 SUCCESS"], statuses);
        Assert.Equal(2, await world.EffectsAsync());
        Assert.Equal(1, await consumer.LedgerAsync("todo-kafka", "suppressed"));
        Assert.Equal(1, await world.DeliveriesAsync("dead"));
    }

    [Fact]
    public async Task Entries_of_one_key_take_effect_in_their_order()
    {
        await using var world = await TestWorld.CreateAsync(servers, kafka: false);
        var consumer = await world.StartConsumerAsync(null, ("CONSUME_DIRECT", "false"));
        var events = Enumerable.Range(0, 40).Select(i => Event($"k{i % 3}")).ToList();

        await DeliverAsync(consumer, [.. events.Select((e, i) => ($"{i}", e))]);

        foreach (var key in events.GroupBy(e => e.GetProperty("partitionkey").GetString()))
        {
            Assert.Equal(
                string.Join(' ', key.Select(e => e.GetProperty("id").GetString())),
                await world.ScalarAsync<string>($"select string_agg(event_id::text, ' ' order by seq) from public.effects where key = '{key.Key}'"));
        }
    }

    private static async Task<List<string>> DeliverAsync(TestService consumer, params (string Id, object Event)[] entries)
    {
        var body = JsonSerializer.Serialize(new
        {
            id = Guid.NewGuid(),
            type = "com.dapr.event.sent.bulk",
            topic = Topics.TaskRecurrence,
            pubsubname = "todo-kafka",
            entries = entries.Select(e => new { entryId = e.Id, @event = e.Event, contentType = "application/cloudevents+json", metadata = new { } }),
        });
        using var response = await consumer.DeliverAsync(Topics.TaskRecurrence, body, "todo-kafka");
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return [.. answer.GetProperty("statuses").EnumerateArray().Select(s => $"{s.GetProperty("entryId").GetString()} {s.GetProperty("status").GetString()}")];
    }

    private static JsonElement Event(string key) => JsonSerializer.SerializeToElement(new
    {
        specversion = "1.0", id = Guid.CreateVersion7(), source = "test", type = EventTypes.TaskCompleted, partitionkey = key, data = new { task = key },
    });

    private static Task<List<string>> DeliverAsync(TestService consumer, params (string Id, JsonElement Event)[] entries) =>
        DeliverAsync(consumer, [.. entries.Select(e => (e.Id, (object)e.Event))]);
}
