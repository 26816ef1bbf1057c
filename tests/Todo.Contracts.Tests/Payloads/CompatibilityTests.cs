using System.Text.Json;
using System.Text.Json.Nodes;
using Todo.Contracts.Payloads;

namespace Todo.Contracts.Tests.Payloads;

public sealed class CompatibilityTests
{
    /// <summary>As it was written before tasks had categories and tags.</summary>
    private const string Older = """
        {"task":{"id":42,"userId":"user-1","title":"Water","description":null,"priority":"low","completed":true,"completedAt":"2026-11-21T10:00:00+00:00",
        "dueAt":null,"recurrenceRule":null,"seriesId":null,"seriesStart":null,"occurrence":null,"version":2,"createdAt":"2026-11-20T10:00:00+00:00",
        "updatedAt":"2026-11-21T10:00:00+00:00"},"timeZone":"Europe/Berlin"}
        """;

    [Fact]
    public void A_task_of_before_categories_and_tags_is_read()
    {
        var read = JsonSerializer.Deserialize(Older, PayloadJson.Default.TaskCompleted)!;

        Assert.Equal((42, "user-1", null, null, "Europe/Berlin"), (read.Task.Id, read.Task.UserId, read.Task.CategoryId, read.Task.TagIds, read.TimeZone));
    }

    [Fact]
    public void What_a_newer_producer_adds_is_passed_over()
    {
        var newer = JsonNode.Parse(Older)!;
        newer["task"]!["colour"] = "blue";
        newer["location"] = new JsonObject { ["city"] = "Berlin" };

        Assert.Equal(
            JsonSerializer.Deserialize(Older, PayloadJson.Default.TaskCompleted),
            newer.Deserialize(PayloadJson.Default.TaskCompleted));
    }

    [Theory]
    [InlineData("title")]
    [InlineData("version")]
    [InlineData("createdAt")]
    public void What_has_always_been_there_must_be_there(string field)
    {
        var broken = JsonNode.Parse(Older)!;
        broken["task"]!.AsObject().Remove(field);

        Assert.Throws<JsonException>(() => broken.Deserialize(PayloadJson.Default.TaskCompleted));
    }
}
