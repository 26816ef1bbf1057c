using Todo.Messaging.Hosting;

namespace Todo.EmailDelivery.Queue;

/// <summary>How mails are worked off.</summary>
/// <param name="Concurrency">Mails sent at the same time by one pod.</param>
/// <param name="PerMinute">Mails in a minute by one pod, evenly spread; 0: as many as can be.</param>
/// <param name="Lease">How long a mail belongs to the worker that took it. Longer than any send: when it runs out, the worker is dead.</param>
/// <param name="GiveUpAfter">Age at which a mail that keeps failing for a while is dead: a reminder that late helps nobody.</param>
/// <param name="HoldDoubtful">A mail of which nobody knows whether it was accepted: false: send it again with the same Message-ID; true: leave it for a human.</param>
internal sealed record QueueOptions(int Concurrency, int PerMinute, TimeSpan Lease, TimeSpan GiveUpAfter, bool HoldDoubtful)
{
    public static QueueOptions Read(SettingsReader settings)
    {
        var lease = settings.Duration("MAIL_LEASE", TimeSpan.FromSeconds(60));
        return lease > Smtp.SmtpOptions.Timeout
            ? new QueueOptions(
                settings.Number("MAIL_CONCURRENCY", 4, 1, 64),
                settings.Number("MAIL_PER_MINUTE", 0, 0, 60_000),
                lease,
                settings.Duration("MAIL_GIVE_UP_AFTER", TimeSpan.FromDays(1)),
                settings.OneOf("MAIL_DOUBTFUL", "resend", "resend", "hold") == "hold")
            : throw new InvalidSettingException("MAIL_LEASE", $"must be longer than {Smtp.SmtpOptions.Timeout:c}, the longest time for one mail.");
    }
}
