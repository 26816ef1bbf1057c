using Todo.Contracts.Payloads;
using Todo.EmailDelivery.Content;
using Todo.EmailDelivery.Queue;
using Todo.EmailDelivery.Smtp;

namespace Todo.Services.Tests.Units;

public sealed class MailTests
{
    private static readonly DateTimeOffset Due = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    private static readonly QueuedMail Mail = new(
        1, new Reminder(Reminder.KeyOf(42, Due), 42, "u", "Title", null, "high", Due, Due), "id", 1, TimeSpan.Zero, null, true, "u@x.example", "UTC", TaskNow.Due);

    private static readonly QueueOptions Resend = new(4, 0, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), HoldDoubtful: false);

    private static readonly MailComposer Composer = new(new MailboxAddress("Todo", "reminders@todo.example"), new Uri("https://todo.example/mails"), TimeProvider.System);

    [Fact]
    public void A_reminder_has_one_key_and_one_message_id_per_due_moment()
    {
        Assert.Equal("42/2026-11-22T08:00:00Z", Reminder.KeyOf(42, Due.ToOffset(TimeSpan.FromHours(1))));
        Assert.Equal("42/2026-11-22T08:00:00.5Z", Reminder.KeyOf(42, Due.AddMilliseconds(500)));
        Assert.Equal("reminder-42-2026-11-22T08-00-00Z@todo.example", Composer.MessageIdOf(Mail.Reminder));
    }

    [Theory]
    [InlineData("Milk", "Reminder: Milk")]
    [InlineData("a\r\nBcc: everybody@x.example", "Reminder: a  Bcc: everybody@x.example")]
    [InlineData("a\u2028b\u0000c\td", "Reminder: a b c d")]
    public void A_subject_is_one_line(string title, string subject) => Assert.Equal(subject, MailComposer.Subject(title));

    [Fact]
    public void A_subject_has_a_bounded_length_and_no_half_characters()
    {
        var subject = MailComposer.Subject(string.Concat(Enumerable.Repeat("😀", 200)));
        Assert.True(subject.Length <= 123);
        Assert.EndsWith("😀…", subject, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_error_means_depends_on_whether_the_server_said_no()
    {
        Assert.Equal(MailState.Dead, MailOutcome.Failed(Mail, new SmtpCommandException(550, "no"), Resend).State);
        var busy = MailOutcome.Failed(Mail, new SmtpCommandException(451, "later"), Resend);
        Assert.Equal((MailState.Pending, false, TimeSpan.FromSeconds(0.5)), (busy.State, busy.IsDoubtful, busy.RetryAfter));
        var away = MailOutcome.Failed(Mail with { Attempt = 3 }, new SmtpConnectException("refused"), Resend);
        Assert.Equal((MailState.Pending, false, TimeSpan.FromSeconds(2)), (away.State, away.IsDoubtful, away.RetryAfter));
        var broken = MailOutcome.Failed(Mail, new SmtpProtocolException("gone"), Resend);
        Assert.Equal((MailState.Pending, true), (broken.State, broken.IsDoubtful));
        var held = MailOutcome.Failed(Mail, new SmtpProtocolException("gone"), Resend with { HoldDoubtful = true });
        Assert.Equal((MailState.Doubtful, true), (held.State, held.IsDoubtful));
    }

    [Fact]
    public void Retries_slow_down_and_end()
    {
        var late = MailOutcome.Failed(Mail with { Attempt = 500 }, new SmtpCommandException(451, "later"), Resend);
        Assert.Equal(TimeSpan.FromMinutes(5), late.RetryAfter);
        Assert.Equal(MailState.Dead, MailOutcome.Failed(Mail with { Age = TimeSpan.FromDays(2) }, new SmtpConnectException("refused"), Resend).State);
    }

    [Fact]
    public void Before_sending_the_user_the_task_and_the_address_are_looked_at()
    {
        Assert.Null(MailOutcome.Before(Mail));
        Assert.Equal(new(MailState.Skipped, "there is no such user"), MailOutcome.Before(Mail with { IsUserKnown = false, Task = TaskNow.Deleted, Recipient = null }));
        Assert.Equal(new(MailState.Skipped, "the task was deleted"), MailOutcome.Before(Mail with { Task = TaskNow.Deleted }));
        Assert.Equal(new(MailState.Skipped, "the task was completed"), MailOutcome.Before(Mail with { Task = TaskNow.Completed }));
        Assert.Equal(new(MailState.Skipped, "the task was moved"), MailOutcome.Before(Mail with { Task = TaskNow.Moved }));
        Assert.Equal(new(MailState.Dead, "the user has no e-mail address"), MailOutcome.Before(Mail with { Recipient = null }));
    }

    [Fact]
    public void The_due_moment_is_on_the_readers_clock_in_both_alternatives()
    {
        var message = Composer.Compose(Mail with { TimeZone = "America/New_York" });
        Assert.Contains("Sunday, 22 November 2026, 03:00 (America/New_York)", message.TextBody, StringComparison.Ordinal);
        Assert.Contains("Sunday, 22 November 2026, 03:00 (America/New_York)", message.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("08:00 (UTC)", Composer.Compose(Mail with { TimeZone = "Nowhere/AtAll" }).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_can_ask_for_no_more_mails()
    {
        var message = Composer.Compose(Mail);
        Assert.Equal("<https://todo.example/mails>", message.Headers["List-Unsubscribe"]);
        Assert.Contains("https://todo.example/mails", message.TextBody, StringComparison.Ordinal);
        Assert.Contains("href=\"https://todo.example/mails\"", message.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_was_typed_is_text_in_the_html()
    {
        var reminder = Mail.Reminder with { Title = "</h1><script>alert(1)</script>", Description = "<img src=x onerror=alert(1)> & \"", Priority = "<b>" };
        var html = Composer.Compose(Mail with { Reminder = reminder }).HtmlBody;
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;", html, StringComparison.Ordinal);
    }
}
