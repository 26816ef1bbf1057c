using System.Text;

namespace Todo.EmailDelivery.Smtp;

/// <summary>A connection to a submission server (RFC 6409), opened as the options ask: greeting, EHLO, STARTTLS, login.</summary>
internal static class SmtpSubmission
{
    /// <returns>The open channel, and what the server offers on it.</returns>
    /// <exception cref="SmtpConnectException">The server does not let us in, or not in the way that is asked for.</exception>
    public static async Task<(SmtpChannel Channel, SmtpReply Offer)> OpenAsync(SmtpOptions options, CancellationToken cancellationToken)
    {
        var channel = await SmtpChannel.ConnectAsync(options.Host, options.Port, cancellationToken);
        try
        {
            Expect("its greeting", await channel.ReadAsync(cancellationToken));
            var offer = await GreetAsync(channel, cancellationToken);
            if (options.StartTls)
            {
                // Without this an attacker who removes the offer from the conversation reads everything.
                if (offer.Extension("STARTTLS") is null)
                {
                    throw new SmtpConnectException("The server offers no STARTTLS, and SMTP_STARTTLS demands it.");
                }

                Expect("STARTTLS", await channel.AskAsync("STARTTLS", cancellationToken));
                await channel.EncryptAsync(options.Host, cancellationToken);
                // What was offered in clear text counts for nothing.
                offer = await GreetAsync(channel, cancellationToken);
            }

            if (options.UserName is { } user)
            {
                Expect("the login", await LogInAsync(channel, offer, user, options.Password!, cancellationToken));
            }

            return (channel, offer);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    private static async Task<SmtpReply> GreetAsync(SmtpChannel channel, CancellationToken cancellationToken)
    {
        var offer = await channel.AskAsync($"EHLO {NameForServers()}", cancellationToken);
        Expect("EHLO", offer);
        return offer;
    }

    /// <summary>PLAIN (RFC 4616), which every server with passwords has, or LOGIN, which some have instead.</summary>
    private static async Task<SmtpReply> LogInAsync(SmtpChannel channel, SmtpReply offer, string user, string password, CancellationToken cancellationToken)
    {
        var mechanisms = offer.Extension("AUTH")?.Split(' ') ?? [];
        if (mechanisms.Contains("PLAIN"))
        {
            return await channel.AskAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", cancellationToken);
        }

        if (!mechanisms.Contains("LOGIN"))
        {
            throw new SmtpConnectException("The server offers no login by PLAIN or LOGIN.");
        }

        Expect("AUTH LOGIN", await channel.AskAsync("AUTH LOGIN", cancellationToken));
        Expect("the user name", await channel.AskAsync(Base64(user), cancellationToken));
        return await channel.AskAsync(Base64(password), cancellationToken);
    }

    private static void Expect(string what, SmtpReply reply)
    {
        if (!reply.IsPositive)
        {
            throw new SmtpConnectException($"The server's answer to {what}: {reply}");
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A pod's name is a valid label; anything else could be refused as bad syntax.</summary>
    private static string NameForServers() =>
        Environment.MachineName is { Length: > 0 and < 64 } name && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? name : "localhost";
}
