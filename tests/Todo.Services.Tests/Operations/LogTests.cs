using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Operations;

public sealed class LogTests(MailDelivery mail) : IClassFixture<MailDelivery>
{
    [Fact]
    public async Task What_is_logged_of_an_event_is_json_with_its_id_and_its_trace()
    {
        var (id, trace) = (Guid.CreateVersion7(), ActivityTraceId.CreateRandom());
        Assert.Equal(HttpStatusCode.OK, await OfferAsync(id, trace, new { no = "reminder" }));

        var line = await SeeLineAsync(x => ScopeValue(x, "EventId") == id.ToString());
        Assert.Equal("Warning", (string?)line["LogLevel"]);
        Assert.Equal(trace.ToString(), ScopeValue(line, "TraceId"));
        Assert.Equal(Topics.TaskReminders, ScopeValue(line, "Topic"));
    }

    [Fact]
    public async Task What_is_logged_of_a_mail_has_the_trace_of_its_reminder()
    {
        var trace = ActivityTraceId.CreateRandom();
        var reminder = await mail.DueTaskAsync();
        Assert.Equal(HttpStatusCode.OK, await OfferAsync(Guid.CreateVersion7(), trace, reminder));

        var line = await SeeLineAsync(x => (string?)x["State"]?["Reminder"] == reminder.Key && ((string?)x["Message"])!.StartsWith("Sent", StringComparison.Ordinal));
        Assert.Equal(trace.ToString(), ScopeValue(line, "TraceId"));
    }

    private async Task<HttpStatusCode> OfferAsync(Guid id, ActivityTraceId trace, object data)
    {
        using var response = await mail.Service.Http.PostAsJsonAsync($"events/{Topics.TaskReminders}", new
        {
            specversion = "1.0",
            id,
            source = "tests",
            type = EventTypes.ReminderSent,
            time = DateTime.UtcNow,
            datacontenttype = "application/json",
            traceparent = $"00-{trace}-{ActivitySpanId.CreateRandom()}-01",
            data,
        });
        return response.StatusCode;
    }

    private async Task<JsonNode> SeeLineAsync(Func<JsonNode, bool> accept) => (await Eventually.SeeAsync(
        "the line", () => Task.FromResult(mail.Service.Log().Select(line => JsonNode.Parse(line)!).FirstOrDefault(accept)), line => line is not null))!;

    private static string? ScopeValue(JsonNode line, string name) =>
        line["Scopes"]?.AsArray().Select(scope => (scope as JsonObject)?[name]?.ToString()).FirstOrDefault(value => value is not null);
}
