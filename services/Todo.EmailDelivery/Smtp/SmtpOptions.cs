using Todo.Messaging.Hosting;

namespace Todo.EmailDelivery.Smtp;

/// <summary>Where mails are handed in; names and defaults are those of docs/reference/service-contract.md.</summary>
/// <param name="UserName">Null: no login.</param>
/// <param name="StartTls">No mail and no password without encryption, by a certificate that is valid for the host. False: never encrypted.</param>
/// <param name="Unsubscribe">Where a reader asks for no more of these mails: an address of the web or of mail.</param>
internal sealed record SmtpOptions(string Host, int Port, string? UserName, string? Password, bool StartTls, string FromAddress, string FromName, Uri Unsubscribe)
{
    /// <summary>Longest time for one mail. A lease must outlast it.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    public static SmtpOptions Read(SettingsReader settings)
    {
        var userName = settings.Line("SMTP_USERNAME");
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
            settings.Flag("SMTP_STARTTLS", true),
            from,
            settings.Line("SMTP_FROM_NAME") ?? "Todo reminders",
            UnsubscribeOf(settings, from));
    }

    private static Uri UnsubscribeOf(SettingsReader settings, string from)
    {
        const string Variable = "MAIL_UNSUBSCRIBE";
        var text = settings.Optional(Variable) ?? $"mailto:{from}?subject=unsubscribe";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeMailto) && text.All(char.IsAscii)
            ? uri
            : throw new InvalidSettingException(Variable, $"must be an https or mailto address in ASCII, not '{text}'.");
    }
}
