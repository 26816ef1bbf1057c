using System.Text.Json;
using Todo.Contracts;
using Todo.Contracts.Tests.Schemas;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Contracts;

/// <summary>What the services really publish is what docs/reference/events says.</summary>
[Collection(nameof(Platform))]
public sealed class PublishedEventTests(Platform platform)
{
    private static readonly string[] Expected = [.. EventCatalog.All.Where(x => x.Producers.Count > 0 && x.Topic is not null).Select(x => x.Type).Order()];

    [Fact]
    public async Task Every_event_of_every_operation_has_its_topic_key_producer_and_valid_data()
    {
        var user = platform.NewUser("Europe/Berlin");
        var soon = DateTimeOffset.UtcNow.AddMinutes(20);
        var task = await user.CreateAsync(new { title = "Contract", description = "Text", priority = "urgent", dueAt = soon, recurrenceRule = "FREQ=DAILY" });
        await user.UpdateAsync(task.Id, new { title = "Contract, changed" });
        await user.CompleteAsync(task.Id);
        await user.ReopenAsync(task.Id);
        var plain = await user.CreateAsync(new { title = "No date", description = (string?)null });
        (await user.SendAsync(HttpMethod.Delete, $"/{plain.Id}")).Dispose();

        var events = await Eventually.SeeAsync(
            string.Join(", ", Expected),
            () => EventsAsync(user),
            seen => Expected.SequenceEqual(seen.Select(x => Text(x, "type")!).Distinct().Order()) && seen.Any(x => Text(x, "producer") == AppIds.RecurringTask));

        Assert.All(events, value =>
        {
            var contract = Assert.Single(EventCatalog.All, x => x.Type == Text(value, "type"));
            Assert.Equal(contract.Topic, Text(value, "topic"));
            Assert.Contains(Text(value, "producer"), contract.Producers);
            Assert.Equal(contract.Key.Replace("{taskId}", TaskId(value.GetProperty("data")), StringComparison.Ordinal), Text(value, "key"));
            Assert.Empty(SchemaCheck.Problems(SchemaCheck.Load(contract.Type), value.GetProperty("data")));
        });
    }

    private static string? Text(JsonElement value, string name) => value.GetProperty(name).GetString();

    private static string TaskId(JsonElement data) => (data.TryGetProperty("task", out var task) ? task.GetProperty("id") : data.GetProperty("taskId")).GetRawText();

    private async Task<List<JsonElement>> EventsAsync(ApiClient user) => [.. JsonSerializer.Deserialize<JsonElement>((await platform.QueryAsync<string>(
        """
        select coalesce(json_agg(json_build_object('type', type, 'topic', topic, 'key', key, 'producer', producer, 'data', data)), '[]')::text
        from messaging.outbox where data -> 'task' ->> 'userId' = $1 or data ->> 'userId' = $1
        """,
        user.UserId))!).EnumerateArray()];
}
