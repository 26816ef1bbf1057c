using System.Text;
using NodaTime;
using Todo.Contracts.Payloads;
using Todo.EmailDelivery.Queue;
using Todo.EmailDelivery.Smtp;

namespace Todo.EmailDelivery.Content;

/// <summary>Writes the mail of a reminder. Whatever a user typed stays text: no markup, no header line.</summary>
internal sealed class MailComposer(MailboxAddress from, Uri unsubscribe, TimeProvider time)
{
    /// <summary>Header that names the reminder, for filters and for whoever counts mails.</summary>
    public const string ReminderHeader = "X-Todo-Reminder";

    private const int MaxSubject = 120;

    private readonly string _domain = from.Address[(from.Address.IndexOf('@', StringComparison.Ordinal) + 1)..];

    /// <summary>The same for every attempt at one reminder, so that a reader's program can see a second copy for what it is.</summary>
    public string MessageIdOf(Reminder reminder)
    {
        var key = string.Concat(reminder.Key.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '-'));
        return $"reminder-{key}@{_domain}";
    }

    public MimeMessage Compose(QueuedMail mail)
    {
        var reminder = mail.Reminder;
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(mail.TimeZone) ?? DateTimeZone.Utc;
        var due = DueText.Of(reminder.DueAt, zone);
        var headers = new Dictionary<string, string>
        {
            [ReminderHeader] = reminder.Key,
            ["Auto-Submitted"] = "auto-generated",
            ["List-Unsubscribe"] = $"<{unsubscribe.AbsoluteUri}>",
        };
        return new MimeMessage(
            time.GetUtcNow(),
            from,
            new MailboxAddress(null, mail.Recipient!),
            Subject(reminder.Title),
            mail.MessageId,
            headers,
            TextBody.Of(reminder, due, unsubscribe),
            HtmlBody.Of(reminder, due, unsubscribe));
    }

    /// <summary>One line of bounded length.</summary>
    internal static string Subject(string title)
    {
        var text = new StringBuilder("Reminder: ");
        foreach (var rune in title.EnumerateRunes())
        {
            if (text.Length >= MaxSubject)
            {
                return text.Append('…').ToString();
            }

            // Line and paragraph separators too: some programs break lines at them.
            var isBreak = Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029;
            text.Append(isBreak ? " " : rune.ToString());
        }

        return text.ToString();
    }
}
