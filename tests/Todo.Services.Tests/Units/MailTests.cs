using Todo.Contracts.Payloads;
using Todo.EmailDelivery.Content;
using Todo.EmailDelivery.Queue;
using Todo.EmailDelivery.Smtp;

namespace Todo.Services.Tests.Units;

public sealed class MailTests
{
    private static readonly DateTimeOffset Due = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    private static readonly QueuedMail Mail = new(
        1, new Reminder(Reminder.KeyOf(42, Due), 42, "u", "Title", null, "high", Due, Due), "id", 1, TimeSpan.Zero, "u@x.example", "UTC", IsWanted: true);

    private static readonly QueueOptions Resend = new(4, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), HoldDoubtful: false);

    [Fact]
    public void A_reminder_has_one_key_and_one_message_id_per_due_moment()
    {
        Assert.Equal("42/2026-11-22T08:00:00Z", Reminder.KeyOf(42, Due.ToOffset(TimeSpan.FromHours(1))));
        Assert.Equal("42/2026-11-22T08:00:00.5Z", Reminder.KeyOf(42, Due.AddMilliseconds(500)));
        var composer = new MailComposer(new MailboxAddress("Todo", "reminders@todo.example"));
        Assert.Equal("reminder-42-2026-11-22T08-00-00Z@todo.example", composer.MessageIdOf(Mail.Reminder));
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
    public void Before_sending_the_task_and_the_address_are_looked_at()
    {
        Assert.Null(MailOutcome.Before(Mail));
        Assert.Equal(MailState.Skipped, MailOutcome.Before(Mail with { IsWanted = false })?.State);
        Assert.Equal(MailState.Dead, MailOutcome.Before(Mail with { Recipient = null })?.State);
    }
}
