using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using Todo.EmailDelivery.Mime;

namespace Todo.EmailDelivery.Smtp;

/// <summary><see cref="IMailTransport"/> over SMTP (RFC 5321). After a failure it is disposed of, not used again.</summary>
internal sealed class SmtpMailTransport(SmtpOptions options) : IMailTransport
{
    private const int ServiceNotAvailable = 421;

    private SmtpChannel? _channel;
    private SmtpReply? _offer;

    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(SmtpOptions.Timeout);
        var progress = new Progress();
        var isKept = _channel is not null;
        try
        {
            try
            {
                await SendAsync(message, progress, timeout.Token);
            }
            catch (Exception e) when (isKept && !progress.IsHandedOver && IsHangUp(e))
            {
                // A server may end a connection at any time between two mails; that says nothing about this one.
                Dispose();
                await SendAsync(message, progress, timeout.Token);
            }
        }
        catch (Exception e) when (IsBroken(e) && !cancellationToken.IsCancellationRequested)
        {
            var reason = e is OperationCanceledException ? $"No answer within {SmtpOptions.Timeout.TotalSeconds:0} s." : e.Message;
            throw progress.IsHandedOver ? new SmtpProtocolException(reason, e) : new SmtpConnectException(reason, e);
        }
    }

    public void Dispose()
    {
        _channel?.Dispose();
        _channel = null;
    }

    private static bool IsBroken(Exception error) => error is IOException or SocketException or AuthenticationException or OperationCanceledException;

    private static bool IsHangUp(Exception error) => error is IOException or SmtpCommandException { StatusCode: ServiceNotAvailable };

    private async Task SendAsync(MimeMessage message, Progress progress, CancellationToken cancellationToken)
    {
        if (_channel is null)
        {
            (_channel, _offer) = await SmtpSubmission.OpenAsync(options, cancellationToken);
        }

        var parameters = Parameters(message);
        Expect(await _channel.AskAsync($"MAIL FROM:<{message.From.Address}>{parameters}", cancellationToken));
        Expect(await _channel.AskAsync($"RCPT TO:<{message.To.Address}>", cancellationToken));
        Expect(await _channel.AskAsync("DATA", cancellationToken));
        // From here on a server may have taken it without our hearing of that.
        progress.IsHandedOver = true;
        await _channel.WriteAsync(MimeWriter.ToData(message), cancellationToken);
        Expect(await _channel.ReadAsync(cancellationToken));
    }

    /// <summary>Of MAIL. An address that is not ASCII needs a server that knows such ones (RFC 6531).</summary>
    private string Parameters(MimeMessage message)
    {
        var address = message.To.Address;
        if (!MailAddress.TryCreate(address, out _) || address.Any(c => char.IsControl(c) || c is ' ' or '<' or '>'))
        {
            throw new SmtpCommandException(553, "The recipient is no e-mail address.");
        }

        if (address.All(char.IsAscii))
        {
            return "";
        }

        return _offer!.Extension("SMTPUTF8") is not null
            ? " SMTPUTF8"
            : throw new SmtpCommandException(553, "The server takes no address with other characters than ASCII.");
    }

    private static void Expect(SmtpReply reply)
    {
        if (reply.IsAboutTheAccount)
        {
            throw new SmtpConnectException($"The server does not let us send: {reply}");
        }

        if (!reply.IsPositive)
        {
            throw new SmtpCommandException(reply.Code, reply.ToString());
        }
    }

    private sealed class Progress
    {
        public bool IsHandedOver { get; set; }
    }
}
