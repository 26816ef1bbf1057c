using Todo.Messaging.Hosting;

namespace Todo.EmailDelivery.Smtp;

/// <summary>Where mails are handed in; names and defaults are those of docs/reference/service-contract.md.</summary>
/// <param name="UserName">Null: no login.</param>
/// <param name="StartTls">Refuse to go on without encryption. A password is never sent without it unless that is asked for.</param>
internal sealed record SmtpOptions(string Host, int Port, string? UserName, string? Password, bool StartTls, string FromAddress, string FromName)
{
    /// <summary>Longest time for one mail. A lease must outlast it.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    public static SmtpOptions Read(SettingsReader settings)
    {
        var userName = settings.Optional("SMTP_USERNAME");
        var from = settings.Optional("SMTP_FROM_EMAIL") ?? "reminders@todo.example";
        if (!System.Net.Mail.MailAddress.TryCreate(from, out _))
        {
            throw new InvalidSettingException("SMTP_FROM_EMAIL", $"must be an e-mail address, not '{from}'.");
        }

        return new SmtpOptions(
            settings.Required("SMTP_HOST"),
            settings.Port("SMTP_PORT", 587),
            userName,
            userName is null ? null : settings.Required("SMTP_PASSWORD"),
            settings.Flag("SMTP_STARTTLS", userName is not null),
            from,
            settings.Optional("SMTP_FROM_NAME") ?? "Todo reminders");
    }
}
