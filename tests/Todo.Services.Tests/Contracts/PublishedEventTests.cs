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
        var reminder = await user.JsonAsync(HttpMethod.Post, $"api/v1/tasks/{task.Id}/reminders", new { minutesBefore = 5 });
        await user.JsonAsync(HttpMethod.Delete, $"api/v1/reminders/{reminder["id"]}");

        await user.CompleteAsync(task.Id);
        await user.ReopenAsync(task.Id);
        var plain = await user.CreateAsync(new { title = "No date", description = (string?)null });
        (await user.SendAsync(HttpMethod.Delete, $"/{plain.Id}")).Dispose();
        await user.UpdateAsync(task.Id, new { categoryId = await LabelAsync(user, "categories"), tagIds = new[] { await LabelAsync(user, "tags") } });

        var events = await Eventually.SeeAsync(
            string.Join(", ", Expected),
            () => EventsAsync(user),
            seen => Expected.SequenceEqual(seen.Select(x => Text(x, "type")!).Distinct().Order()) && seen.Any(x => Text(x, "producer") == AppIds.RecurringTask));

        Assert.All(events, value =>
        {
            var contract = Assert.Single(EventCatalog.All, x => x.Type == Text(value, "type"));
            Assert.Equal(contract.Topic, Text(value, "topic"));
            Assert.Contains(Text(value, "producer"), contract.Producers);
            Assert.Equal(KeyOf(contract.Key, value.GetProperty("data")), Text(value, "key"));
            Assert.Empty(SchemaCheck.Problems(SchemaCheck.Load(contract.Type), value.GetProperty("data")));
        });
    }

    private static string? Text(JsonElement value, string name) => value.GetProperty(name).GetString();

    /// <summary>Creates, changes and deletes one, and leaves another.</summary>
    private static async Task<long> LabelAsync(ApiClient user, string path)
    {
        var id = (long)(await user.JsonAsync(HttpMethod.Post, $"api/v1/{path}", new { name = "One", color = "#ABCDEF" }))["id"]!;
        await user.JsonAsync(HttpMethod.Patch, $"api/v1/{path}/{id}", new { name = "First", color = (string?)null });
        await user.JsonAsync(HttpMethod.Delete, $"api/v1/{path}/{id}");
        return (long)(await user.JsonAsync(HttpMethod.Post, $"api/v1/{path}", new { name = "Two" }))["id"]!;
    }

    private static string KeyOf(string form, JsonElement data) => form switch
    {
        "category-{categoryId}" => $"category-{data.GetProperty("category").GetProperty("id").GetRawText()}",
        "tag-{tagId}" => $"tag-{data.GetProperty("tag").GetProperty("id").GetRawText()}",
        _ => form.Replace("{taskId}", TaskId(data), StringComparison.Ordinal),
    };

    private static string TaskId(JsonElement data) => (data.TryGetProperty("task", out var task) ? task.GetProperty("id") : data.GetProperty("taskId")).GetRawText();

    private async Task<List<JsonElement>> EventsAsync(ApiClient user) => [.. JsonSerializer.Deserialize<JsonElement>((await platform.QueryAsync<string>(
        """
        select coalesce(json_agg(json_build_object('type', type, 'topic', topic, 'key', key, 'producer', producer, 'data', data)), '[]')::text
        from messaging.outbox where $1 in (data ->> 'userId', data -> 'task' ->> 'userId', data -> 'category' ->> 'userId', data -> 'tag' ->> 'userId')
        """,
        user.UserId))!).EnumerateArray()];
}
