using System.Net;
using System.Net.Http.Json;
using LocalCluster.MailSink.Smtp;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>
/// The e-mail delivery service alone, with a mail server that misbehaves. Reminders come in the way a sidecar delivers them, which works whatever the flags say.
/// </summary>
public sealed class MailFailureTests(MailDelivery mail) : IClassFixture<MailDelivery>
{
    [Theory]
    [InlineData("temporary", "data")]
    [InlineData("temporary", "greeting")]
    [InlineData("temporary", "rcpt")]
    [InlineData("close", "greeting")]
    public async Task A_server_that_fails_3_times_gets_the_mail_once(string mode, string at)
    {
        await HangUpAsync();
        await mail.Sink.FailAsync(new Failure(mode, at, 3));
        var reminder = await mail.DueTaskAsync();
        await mail.DeliverAsync(reminder);
        Assert.Equal("Sent", await mail.StateAsync(reminder, "Sent"));
        Assert.Single(await mail.Sink.MailsToAsync(MailDelivery.AddressOf(reminder)));
        Assert.Equal(4, await mail.QueryAsync<int>("select attempts from mails where reminder_key = $1", reminder.Key));
    }

    [Fact]
    public async Task A_permanent_refusal_is_dead_at_once()
    {
        await mail.Sink.FailAsync(new Failure("permanent", "rcpt", 1));
        var reminder = await mail.DueTaskAsync();
        await mail.DeliverAsync(reminder);
        Assert.Equal("Dead", await mail.StateAsync(reminder, "Dead"));
        Assert.Equal(1, await mail.QueryAsync<int>("select attempts from mails where reminder_key = $1", reminder.Key));
        Assert.Empty(await mail.Sink.MailsToAsync(MailDelivery.AddressOf(reminder)));
    }

    [Fact]
    public async Task A_server_that_hangs_up_after_taking_the_mail_gets_it_again_under_the_same_id_and_that_is_counted()
    {
        await mail.Sink.FailAsync(new Failure("close", "stored", 1));
        var reminder = await mail.DueTaskAsync();
        await mail.DeliverAsync(reminder);
        await mail.StateAsync(reminder, "Sent");
        var mails = await mail.Sink.MailsToAsync(MailDelivery.AddressOf(reminder));
        Assert.Equal(2, mails.Count);
        Assert.Single(mails.Select(m => m.MessageId).Distinct());
        Assert.Equal(1, await mail.QueryAsync<int>("select doubtful from mails where reminder_key = $1", reminder.Key));
    }

    [Fact]
    public async Task The_same_reminder_by_two_events_is_one_mail()
    {
        var reminder = await mail.DueTaskAsync();
        await mail.DeliverAsync(reminder);
        await mail.DeliverAsync(reminder);
        await mail.StateAsync(reminder, "Sent");
        Assert.Single(await mail.Sink.MailsToAsync(MailDelivery.AddressOf(reminder)));
    }

    [Theory]
    [InlineData("update tasks set completed = true, completed_at = now() where id = $1", "Skipped", "the task was completed")]
    [InlineData("update tasks set due_at = due_at + interval '1 hour' where id = $1", "Skipped", "the task was moved")]
    [InlineData("update tasks set due_at = null where id = $1", "Skipped", "the task was moved")]
    [InlineData("delete from tasks where id = $1", "Skipped", "the task was deleted")]
    [InlineData("delete from users where id = (select user_id from tasks where id = $1)", "Skipped", "there is no such user")]
    [InlineData("update users set email = null where id = (select user_id from tasks where id = $1)", "Dead", "the user has no e-mail address")]
    public async Task What_became_of_the_task_or_its_user_meanwhile_decides_about_the_mail(string change, string state, string reason)
    {
        var reminder = await mail.DueTaskAsync();
        await mail.QueryAsync<int>(change, reminder.TaskId);
        await mail.DeliverAsync(reminder);
        await mail.StateAsync(reminder, state);
        Assert.Equal(reason, await mail.QueryAsync<string>("select last_error from mails where reminder_key = $1", reminder.Key));
        Assert.Empty(await mail.Sink.MailsToAsync(MailDelivery.AddressOf(reminder)));
    }

    [Fact]
    public async Task A_mail_that_was_withheld_is_sent_when_its_task_is_open_again_and_then_never_again()
    {
        var reminder = await mail.DueTaskAsync();
        await mail.QueryAsync<int>("update tasks set completed = true, completed_at = now() where id = $1", reminder.TaskId);
        await mail.DeliverAsync(reminder);
        await mail.StateAsync(reminder, "Skipped");
        await mail.QueryAsync<int>("update tasks set completed = false, completed_at = null, title = 'Open again' where id = $1", reminder.TaskId);
        await mail.DeliverAsync(reminder with { Title = "Open again" });
        await mail.StateAsync(reminder, "Sent");
        await mail.DeliverAsync(reminder);
        Assert.Equal("Sent", await mail.QueryAsync<string>("select state from mails where reminder_key = $1", reminder.Key));
        Assert.Equal("Reminder: Open again", Assert.Single(await mail.Sink.MailsToAsync(MailDelivery.AddressOf(reminder))).Subject);
    }

    [Fact]
    public async Task A_worker_killed_while_sending_leaves_a_mail_that_another_sends()
    {
        var reminder = await mail.DueTaskAsync();
        // In the hands of a worker that is gone: what kill -9 leaves behind, with its lease run out.
        await mail.DeliverAsync(reminder);
        await mail.QueryAsync<int>("""
            update mails set state = 'Sending', lease_until = clock_timestamp() - interval '1 second', lease_owner = 'a worker that is gone', next_attempt_at = 'infinity' where reminder_key = $1
            """, reminder.Key);
        Assert.Equal("Sent", await mail.StateAsync(reminder, "Sent"));
        Assert.Equal(1, await mail.QueryAsync<int>("select doubtful from mails where reminder_key = $1", reminder.Key));
    }

    [Fact]
    public async Task A_reminder_in_the_shape_of_the_old_system_is_mailed_too()
    {
        var reminder = await mail.DueTaskAsync();
        using var response = await mail.Service.Http.PostAsJsonAsync($"events/{Topics.TaskReminders}", new
        {
            event_id = Guid.NewGuid(),
            event_type = "reminder.sent",
            timestamp = DateTime.UtcNow,
            user_id = 123,
            task_id = reminder.TaskId,
            task_title = reminder.Title,
            task_due_date = reminder.DueAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", null),
            task_priority = "high",
            reminder_time = DateTime.UtcNow,
        });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await mail.StateAsync(reminder, "Sent");
        Assert.Single(await mail.Sink.MailsToAsync(MailDelivery.AddressOf(reminder)));
    }

    /// <summary>Ends the connection that the service keeps, so that the next mail meets a greeting.</summary>
    private async Task HangUpAsync()
    {
        await mail.Sink.FailAsync(new Failure("permanent", "rcpt", 1));
        var refused = await mail.DueTaskAsync();
        await mail.DeliverAsync(refused);
        await mail.StateAsync(refused, "Dead");
    }
}
