using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>From a due task over Kafka to a mail in the sink.</summary>
[Collection(nameof(Platform))]
public sealed class ReminderTests(Platform platform)
{
    private static DateTimeOffset Soon => new(DateTime.UtcNow.Date.Add(TimeSpan.FromSeconds((int)DateTime.UtcNow.TimeOfDay.TotalSeconds + 1800)), TimeSpan.Zero);

    [Fact]
    public async Task A_task_due_soon_is_mailed_exactly_once()
    {
        var user = platform.NewUser("Europe/Berlin");
        var task = await user.CreateAsync(new { title = "Müll <b>raus</b> & Co", description = "Zeile 1\n.Zeile 2", priority = "urgent", dueAt = Soon });

        var mail = (await platform.MailsAsync(user, 1))[0];
        Assert.Equal("Reminder: Müll <b>raus</b> & Co", mail.Subject);
        Assert.StartsWith($"{task.Id}/", mail.Headers["X-Todo-Reminder"], StringComparison.Ordinal);
        Assert.Contains("(Europe/Berlin)", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Zeile 1\n.Zeile 2", mail.Text, StringComparison.Ordinal);
        Assert.Contains("M&#252;ll &lt;b&gt;raus&lt;/b&gt; &amp; Co", mail.Html, StringComparison.Ordinal);

        // Several sweeps later, and after an update that does not move it.
        await user.UpdateAsync(task.Id, new { title = "Müll" });
        await platform.SweepsAsync(3);
        Assert.Single(await platform.MailsAsync(user, 1));
    }

    [Fact]
    public async Task A_moved_due_date_reminds_again()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Call", dueAt = Soon });
        await platform.MailsAsync(user, 1);
        await user.UpdateAsync(task.Id, new { dueAt = Soon.AddMinutes(5) });
        var mails = await platform.MailsAsync(user, 2);
        Assert.Equal(2, mails.Select(m => m.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task A_task_that_is_opened_again_is_published_again_and_mailed_once_for_one_moment()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Call", dueAt = Soon });
        await platform.MailsAsync(user, 1);
        await user.CompleteAsync(task.Id);
        await user.ReopenAsync(task.Id);
        await platform.SeeRemindersHandledAsync(task.Id, 2);
        Assert.Single(await platform.MailsAsync(user, 1));
    }

    [Fact]
    public async Task What_is_far_ahead_long_past_or_completed_is_not_mailed()
    {
        var user = platform.NewUser();
        await user.CreateAsync(new { title = "Far", dueAt = Soon.AddDays(1) });
        await user.CreateAsync(new { title = "Past", dueAt = Soon.AddDays(-3) });
        await user.CreateAsync(new { title = "No date" });
        var done = await user.CreateAsync(new { title = "Done" });
        await user.CompleteAsync(done.Id);
        await user.UpdateAsync(done.Id, new { dueAt = Soon });
        var marker = await user.CreateAsync(new { title = "Soon", dueAt = Soon });
        await platform.SweepsAsync(3);
        Assert.StartsWith($"{marker.Id}/", Assert.Single(await platform.MailsAsync(user, 1)).Headers["X-Todo-Reminder"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_notification_replicas_and_ten_due_tasks_are_exactly_ten_mails()
    {
        await using var second = await platform.StartAsync("Todo.Notification", 8002);
        await using var third = await platform.StartAsync("Todo.Notification", 8002);
        var user = platform.NewUser();
        var tasks = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => user.CreateAsync(new { title = $"Task {i}", dueAt = Soon })));

        await platform.MailsAsync(user, 10);
        await platform.SweepsAsync(3);
        var mailed = (await platform.MailsAsync(user, 10)).Select(m => long.Parse(m.Headers["X-Todo-Reminder"].Split('/')[0], null));
        Assert.Equal(tasks.Select(t => t.Id).Order(), mailed.Order());
    }
}
