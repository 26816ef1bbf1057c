using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>From a reminder that a user sets to a mail in the sink, at its moment and not before.</summary>
[Collection(nameof(Platform))]
public sealed class SetReminderTests(Platform platform)
{
    // Due dates are far enough away for the reminder that comes with each of them to stay out of this.
    private static readonly DateTimeOffset Later = new(DateTime.UtcNow.Date.AddDays(30), TimeSpan.Zero);

    [Fact]
    public async Task A_reminder_is_mailed_at_its_moment_and_not_before()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Call Ann" });
        var moment = DateTimeOffset.UtcNow.AddSeconds(4);
        var reminder = await SetAsync(user, task.Id, new { remindAt = moment });

        var mail = Assert.Single(await platform.MailsAsync(user, 1));
        Assert.Equal("Reminder: Call Ann", mail.Subject);
        Assert.StartsWith($"{task.Id}/{reminder}/", mail.Headers["X-Todo-Reminder"], StringComparison.Ordinal);
        // The server has a mail before it is written down that it was sent.
        await Eventually.SeeAsync("the mail written down", () => platform.QueryAsync<bool>("select sent_at is not null from mails where task_id = $1", task.Id), written => written);
        Assert.True(await platform.QueryAsync<bool>(
            "select sent_at >= $2 and created_at >= $2 from mails where task_id = $1", task.Id, moment), "mailed before its moment");
        await platform.SweepsAsync(3);
        Assert.Single(await platform.MailsAsync(user, 1));
    }

    [Fact]
    public async Task A_reminder_before_the_due_date_follows_it_and_comes_again_for_another_one()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Train", dueAt = Later });
        await SetAsync(user, task.Id, new { minutesBefore = 600 });
        await platform.SweepsAsync(2);
        Assert.Empty(await platform.Mails.MailsToAsync(user.Email));

        await user.UpdateAsync(task.Id, new { dueAt = DateTimeOffset.UtcNow.AddMinutes(600).AddSeconds(2) });
        await platform.MailsAsync(user, 1);
        await user.UpdateAsync(task.Id, new { dueAt = DateTimeOffset.UtcNow.AddMinutes(600).AddSeconds(1) });
        var mails = await platform.MailsAsync(user, 2);
        Assert.Equal(2, mails.Select(mail => mail.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task A_reminder_of_a_task_that_is_opened_again_is_published_again_and_mailed_once()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Call Ann" });
        await SetAsync(user, task.Id, new { remindAt = DateTimeOffset.UtcNow.AddSeconds(2) });
        await platform.MailsAsync(user, 1);
        await user.CompleteAsync(task.Id);
        await user.ReopenAsync(task.Id);
        await platform.SeeRemindersHandledAsync(task.Id, 2);
        Assert.Single(await platform.MailsAsync(user, 1));
    }

    [Fact]
    public async Task Completed_and_deleted_tasks_are_not_reminded_of()
    {
        var user = platform.NewUser();
        var (done, gone, open) = (await user.CreateAsync(new { title = "Done" }), await user.CreateAsync(new { title = "Gone" }), await user.CreateAsync(new { title = "Open" }));
        var moment = DateTimeOffset.UtcNow.AddSeconds(5);
        foreach (var task in new[] { done, gone, open })
        {
            await SetAsync(user, task.Id, new { remindAt = moment });
        }

        await user.CompleteAsync(done.Id);
        (await user.SendAsync(HttpMethod.Delete, $"/{gone.Id}")).Dispose();
        await platform.MailsAsync(user, 1);
        await platform.SweepsAsync(3);
        Assert.StartsWith($"{open.Id}/", Assert.Single(await platform.MailsAsync(user, 1)).Headers["X-Todo-Reminder"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_task_of_a_series_has_the_reminders_that_count_from_the_due_date()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Weekly", dueAt = Later, recurrenceRule = "FREQ=WEEKLY" });
        await SetAsync(user, task.Id, new { minutesBefore = 45 });
        await SetAsync(user, task.Id, new { remindAt = Later.AddDays(-2) });
        await user.CompleteAsync(task.Id);
        var tasks = await Eventually.SeeAsync("the next task", () => user.ListAsync("?status=pending"), tasks => tasks.Count == 1);
        using var listed = await user.SendAsync(HttpMethod.Get, $"/{tasks[0].Id}/reminders");
        var reminder = Assert.Single((await listed.Content.ReadFromJsonAsync<JsonObject>())!["items"]!.AsArray())!;
        Assert.Equal((45, Later.AddDays(7).AddMinutes(-45), null), ((int)reminder["minutesBefore"]!, (DateTimeOffset)reminder["remindAt"]!, (DateTimeOffset?)reminder["remindedAt"]));
    }

    [Fact]
    public async Task A_reminder_that_is_removed_is_not_mailed_and_leaves_the_others()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Call Ann" });
        var moment = DateTimeOffset.UtcNow.AddSeconds(5);
        var (removed, kept) = (await SetAsync(user, task.Id, new { remindAt = moment }), await SetAsync(user, task.Id, new { remindAt = moment.AddMilliseconds(1) }));

        Assert.Equal(HttpStatusCode.PreconditionFailed, await RemoveAsync(removed, ("If-Match", "\"2\"")));
        Assert.Equal(HttpStatusCode.NoContent, await RemoveAsync(removed, ("If-Match", "\"1\"")));
        Assert.Equal(HttpStatusCode.NotFound, await RemoveAsync(removed));
        Assert.Equal(HttpStatusCode.NotFound, await RemoveAsync(999_999_999));
        Assert.Equal(
            $"{removed} {task.Id} {user.UserId}",
            await platform.QueryAsync<string>(
                "select concat_ws(' ', data ->> 'reminderId', data ->> 'taskId', data ->> 'userId') from messaging.outbox where key = $1 and type = 'io.todo.reminder.removed.v1'", $"{task.Id}"));

        await platform.MailsAsync(user, 1);
        await platform.SweepsAsync(3);
        Assert.StartsWith($"{task.Id}/{kept}/", Assert.Single(await platform.MailsAsync(user, 1)).Headers["X-Todo-Reminder"], StringComparison.Ordinal);

        async Task<HttpStatusCode> RemoveAsync(long reminder, params (string, string)[] headers)
        {
            using var response = await user.RequestAsync(HttpMethod.Delete, $"api/v1/reminders/{reminder}", null, null, headers);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Three_notification_replicas_mail_each_reminder_once()
    {
        await using var second = await platform.StartAsync("Todo.Notification", 8002);
        await using var third = await platform.StartAsync("Todo.Notification", 8002);
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Often" });
        var first = DateTimeOffset.UtcNow.AddSeconds(4);
        for (var i = 0; i < 10; i++)
        {
            await SetAsync(user, task.Id, new { remindAt = first.AddMilliseconds(i) });
        }

        await platform.MailsAsync(user, 10);
        await platform.SweepsAsync(3);
        Assert.Equal(10, (await platform.MailsAsync(user, 10)).Select(mail => mail.Headers["X-Todo-Reminder"]).Distinct().Count());
        Assert.Equal(10, (await platform.MailsAsync(user, 10)).Count);
    }

    [Fact]
    public async Task Reminders_are_listed_and_what_is_wrong_is_named()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "List", dueAt = Later });
        await SetAsync(user, task.Id, new { minutesBefore = 5 });
        await SetAsync(user, task.Id, new { remindAt = Later.AddDays(-1) });
        using var listed = await user.SendAsync(HttpMethod.Get, $"/{task.Id}/reminders");
        var items = (await listed.Content.ReadFromJsonAsync<JsonObject>())!["items"]!.AsArray();
        Assert.Equal([null, 5], items.Select(item => (int?)item!["minutesBefore"]));
        Assert.Equal([Later.AddDays(-1), Later.AddMinutes(-5)], items.Select(item => (DateTimeOffset)item!["remindAt"]!));

        foreach (var (body, status, field) in new[]
        {
            ("""{}""", HttpStatusCode.BadRequest, "body"),
            ("""{"remindAt":"2030-01-01T08:00:00Z","minutesBefore":5}""", HttpStatusCode.BadRequest, "body"),
            ("""{"minutesBefore":0}""", HttpStatusCode.BadRequest, "minutesBefore"),
            ("""{"remindAt":"soon"}""", HttpStatusCode.BadRequest, "remindAt"),
            ("""{"remindAt":"2020-01-01T08:00:00Z"}""", HttpStatusCode.Conflict, "remindAt"),
            ("""{"at":"2020-01-01T08:00:00Z"}""", HttpStatusCode.BadRequest, "at"),
        })
        {
            using var response = await user.SendAsync(HttpMethod.Post, $"/{task.Id}/reminders", body);
            Assert.Equal(status, response.StatusCode);
            Assert.Equal([field], (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Select(e => e.Key));
        }

        var other = platform.NewUser();
        foreach (var (method, body) in new[] { (HttpMethod.Post, """{"minutesBefore":7}"""), (HttpMethod.Get, null) })
        {
            using var response = await other.SendAsync(method, $"/{task.Id}/reminders", body);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        Assert.Equal(2, await platform.QueryAsync<long>("select count(*) from reminders where task_id = $1", task.Id));
    }

    /// <returns>Number of the reminder.</returns>
    private static async Task<long> SetAsync(ApiClient user, long task, object body)
    {
        using var response = await user.SendAsync(HttpMethod.Post, $"/{task}/reminders", body);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return (long)(await response.Content.ReadFromJsonAsync<JsonObject>())!["id"]!;
    }
}
