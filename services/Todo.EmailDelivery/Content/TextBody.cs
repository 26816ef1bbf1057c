using System.Text;
using Todo.Contracts.Payloads;

namespace Todo.EmailDelivery.Content;

/// <summary>The plain text alternative.</summary>
internal static class TextBody
{
    public static string Of(Reminder reminder, string due, Uri unsubscribe)
    {
        var text = new StringBuilder();
        text.Append(reminder.Title).Append("\r\n\r\n");
        if (reminder.Description is { } description)
        {
            text.Append(description.ReplaceLineEndings("\r\n")).Append("\r\n\r\n");
        }

        text.Append(DueText.LabelOf(reminder)).Append(": ").Append(due).Append("\r\n");
        text.Append("Priority: ").Append(reminder.Priority).Append("\r\n\r\n");
        text.Append("-- \r\nYou get this mail because the task is still open.\r\n");
        text.Append("No more of these mails: ").Append(unsubscribe.AbsoluteUri).Append("\r\n");
        return text.ToString();
    }
}
