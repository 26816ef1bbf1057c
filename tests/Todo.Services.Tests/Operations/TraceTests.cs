using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Operations;

public sealed class TraceTests(Servers servers)
{
    [Fact]
    public async Task One_trace_joins_the_request_the_sending_the_handling_and_the_mail()
    {
        await using var traces = new TraceReceiver(Addresses.Next(4318));
        await using var sink = await MailSinkClient.StartAsync(Path.Combine(servers.Folder, "mails"));
        var database = await servers.CreateDatabaseAsync();
        // Reminders come of the event alone: a sweep would begin a trace of its own.
        var settings = traces.Settings().Concat(sink.Settings()).Append(new("REMINDER_POLL_INTERVAL", "01:00:00")).ToDictionary();
        var pods = await Task.WhenAll(
            ServiceProcess.StartAsync("Todo.Backend", 8000, servers, database, settings),
            ServiceProcess.StartAsync("Todo.Notification", 8002, servers, database, settings),
            ServiceProcess.StartAsync("Todo.EmailDelivery", 8003, servers, database, settings));
        try
        {
            // The sweep at the start is over, and another one is an hour away.
            await Eventually.SeeAsync("the first sweep", () => pods[1].Http.GetStringAsync("/readyz"), text => text.Contains("[+] sweep: the last one", StringComparison.Ordinal));
            var user = new ApiClient(pods[0].Http, Guid.NewGuid().ToString("N")[..12]);
            await user.CreateAsync(new { title = "Traced", dueAt = DateTimeOffset.UtcNow.AddMinutes(10) });
            await Eventually.SeeAsync("the mail", () => sink.MailsToAsync(user.Email), mails => mails.Count == 1);

            var mail = await SeeAsync(traces, "send mail", "email-delivery-service", _ => true);
            var reminder = await SeeAsync(traces, "process task-reminders", "email-delivery-service", span => span.SpanId == mail.ParentId);
            var change = await SeeAsync(traces, "process task-events", "notification-service", span => span.SpanId == reminder.ParentId);
            var request = await SeeAsync(traces, "", "backend", span => span.SpanId == change.ParentId);
            var sent = await SeeAsync(traces, "send task-events", "backend", span => span.ParentId == request.SpanId);
            var passedOn = await SeeAsync(traces, "send task-reminders", "notification-service", span => span.ParentId == change.SpanId);
            Assert.Single(new[] { mail, reminder, change, request, sent, passedOn }.Select(span => span.TraceId).Distinct());
            Assert.Equal("", request.ParentId);
        }
        finally
        {
            await Task.WhenAll(pods.Select(pod => pod.DisposeAsync().AsTask()));
        }
    }

    private static async Task<ReceivedSpan> SeeAsync(TraceReceiver traces, string name, string service, Func<ReceivedSpan, bool> accept) => (await Eventually.SeeAsync(
        $"{name} of {service} among {string.Join(", ", traces.Spans.Select(span => $"{span.Name} {span.SpanId} below {span.ParentId}"))}",
        () => Task.FromResult(traces.Spans.FirstOrDefault(span =>
            span.Name.StartsWith(name, StringComparison.Ordinal) && span.Resource.Contains(service, StringComparison.Ordinal) && accept(span))),
        span => span is not null))!;
}
