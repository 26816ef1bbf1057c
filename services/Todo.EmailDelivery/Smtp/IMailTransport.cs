namespace Todo.EmailDelivery.Smtp;

/// <summary>Hands mails to a server. Named and shaped after MailKit's <c>IMailTransport</c>, so that its SmtpClient can take this one's place.</summary>
/// <remarks>One mail at a time; the connection is kept for the next.</remarks>
internal interface IMailTransport : IDisposable
{
    /// <summary>Returns when the server has accepted the mail.</summary>
    /// <exception cref="SmtpCommandException">The server refused this mail: it was not accepted.</exception>
    /// <exception cref="SmtpConnectException">It was never handed over: no connection, no encryption, no login, or the line broke before: it was not accepted.</exception>
    /// <exception cref="SmtpProtocolException">The line broke after it was handed over and before the server's answer: nobody knows.</exception>
    Task SendAsync(MimeMessage message, CancellationToken cancellationToken);
}

/// <summary>A mail with a text and an HTML alternative.</summary>
/// <param name="Date">When it was written.</param>
/// <param name="MessageId">Without angle brackets.</param>
/// <param name="Headers">Further headers; names and values in ASCII without line breaks.</param>
internal sealed record MimeMessage(
    DateTimeOffset Date,
    MailboxAddress From,
    MailboxAddress To,
    string Subject,
    string MessageId,
    IReadOnlyDictionary<string, string> Headers,
    string TextBody,
    string HtmlBody);

/// <summary>An address with the name to show.</summary>
internal sealed record MailboxAddress(string? Name, string Address);

/// <summary>The server answered with an error.</summary>
/// <param name="StatusCode">Its three digits (RFC 5321, 4.2.1): 4yz try again, 5yz never.</param>
internal sealed class SmtpCommandException(int statusCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int StatusCode { get; } = statusCode;

    /// <summary>Trying again is pointless.</summary>
    public bool IsPermanent => StatusCode is >= 500 and < 600;
}

/// <summary>There is no connection to the server over which this mail could be handed over.</summary>
internal sealed class SmtpConnectException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The conversation ended between handing over and the server's last word.</summary>
internal sealed class SmtpProtocolException(string message, Exception? inner = null) : Exception(message, inner);
