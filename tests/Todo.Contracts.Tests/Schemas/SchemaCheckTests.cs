using System.Text.Json;
using Todo.Contracts.Payloads;

namespace Todo.Contracts.Tests.Schemas;

/// <summary>The check that events of running services go through can fail.</summary>
public sealed class SchemaCheckTests
{
    private static readonly Reminder Valid = new("42/x", 42, "user-1", "Water", null, "high", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow);

    [Fact]
    public void What_a_record_writes_is_valid() => Assert.Empty(Problems(JsonSerializer.Serialize(Valid, PayloadJson.Default.Reminder)));

    [Theory]
    [InlineData("\"taskId\":42", "\"taskId\":\"42\"", "$.taskId is String")]
    [InlineData("\"taskId\":42,", "", "$.taskId is missing")]
    [InlineData("\"userId\":\"user-1\"", "\"userId\":null", "$.userId is Null")]
    [InlineData("\"high\"", "\"highest\"", "$.priority is highest")]
    [InlineData("\"taskId\"", "\"colour\":1,\"taskId\"", "$.colour is not in the schema")]
    [InlineData("\"dueAt\":\"20", "\"dueAt\":\"on 20", "$.dueAt is 'on 20")]
    public void What_is_not_as_written_is_named(string part, string instead, string problem)
    {
        var text = JsonSerializer.Serialize(Valid, PayloadJson.Default.Reminder);
        Assert.Contains(part, text, StringComparison.Ordinal);

        Assert.StartsWith(problem, Assert.Single(Problems(text.Replace(part, instead, StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Problems(string text) => SchemaCheck.Problems(SchemaCheck.Load(EventTypes.ReminderSent), JsonSerializer.Deserialize<JsonElement>(text));
}
