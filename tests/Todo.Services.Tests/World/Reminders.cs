using LocalCluster.MailSink.Mails;

namespace Todo.Services.Tests.World;

/// <summary>How far reminders have come on a platform.</summary>
internal static class Reminders
{
    public static Task<List<Mail>> MailsAsync(this Platform platform, ApiClient user, int count) =>
        Eventually.SeeAsync($"{count} mails to {user.Email}", () => platform.Mails.MailsToAsync(user.Email), mails => mails.Count >= count);

    /// <summary>Waits until so many sweeps have begun and ended after now.</summary>
    public static async Task SweepsAsync(this Platform platform, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var now = await platform.QueryAsync<DateTime>("select clock_timestamp()");
            await Eventually.SeeAsync("another sweep", () => platform.QueryAsync<DateTime>("select swept_at from reminder_cursor"), swept => swept > now);
        }
    }

    /// <summary>Waits until so many reminder events of a task are handled, and no mail of it is on its way.</summary>
    public static async Task SeeRemindersHandledAsync(this Platform platform, long task, long count)
    {
        await Eventually.SeeAsync(
            $"{count} reminders handled",
            () => platform.QueryAsync<long>("""
                select count(*) from messaging.deliveries d join messaging.outbox o on o.id = d.event_id where o.key = $1 and o.type = 'io.todo.reminder.sent.v1' and d.state = 'handled'
                """, $"{task}"),
            handled => handled == count);
        await Eventually.SeeAsync("no mail on its way", () => platform.QueryAsync<long>("select count(*) from mails where task_id = $1 and state <> 'Sent'", task), open => open == 0);
    }
}
