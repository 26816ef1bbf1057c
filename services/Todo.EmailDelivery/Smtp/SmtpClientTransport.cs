using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text;

namespace Todo.EmailDelivery.Smtp;

/// <summary><see cref="IMailTransport"/> by System.Net.Mail's SmtpClient, which keeps its connection between mails.</summary>
internal sealed class SmtpClientTransport(SmtpOptions options) : IMailTransport
{
    private readonly SmtpClient _client = new(options.Host, options.Port)
    {
        EnableSsl = options.StartTls,
        UseDefaultCredentials = false,
        Credentials = options.UserName is null ? null : new NetworkCredential(options.UserName, options.Password),
    };

    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        using var mail = Convert(message);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The client's own Timeout does not cover asynchronous sends.
        timeout.CancelAfter(SmtpOptions.Timeout);
        try
        {
            await _client.SendMailAsync(mail, timeout.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SmtpProtocolException($"No answer within {SmtpOptions.Timeout.TotalSeconds:0} s.", e);
        }
        catch (SmtpException e) when (StatusOf(e) is { } status)
        {
            throw new SmtpCommandException(status, e.Message, e);
        }
        catch (SmtpException e) when (NeverConnected(e))
        {
            throw new SmtpConnectException(e.InnerException?.Message ?? e.Message, e);
        }
        catch (Exception e) when (e is SmtpException or IOException or SocketException)
        {
            throw new SmtpProtocolException(e.InnerException?.Message ?? e.Message, e);
        }
    }

    public void Dispose() => _client.Dispose();

    private static int? StatusOf(SmtpException error) => (int)error.StatusCode is >= 400 and < 600 and var status ? status : null;

    private static bool NeverConnected(SmtpException error)
    {
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException
                {
                    SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
                        or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.TimedOut
                })
            {
                return true;
            }
        }

        return false;
    }

    private static MailMessage Convert(MimeMessage message)
    {
        var mail = new MailMessage(ToAddress(message.From), ToAddress(message.To))
        {
            Subject = message.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        mail.Headers.Add("Message-ID", $"<{message.MessageId}>");
        foreach (var (name, value) in message.Headers)
        {
            mail.Headers.Add(name, value);
        }

        // The last alternative is the one preferred (RFC 2046, 5.1.4).
        mail.AlternateViews.Add(View(message.TextBody, MediaTypeNames.Text.Plain));
        mail.AlternateViews.Add(View(message.HtmlBody, MediaTypeNames.Text.Html));
        return mail;
    }

    private static AlternateView View(string body, string mediaType)
    {
        var view = AlternateView.CreateAlternateViewFromString(body, Encoding.UTF8, mediaType);
        view.TransferEncoding = TransferEncoding.QuotedPrintable;
        return view;
    }

    private static MailAddress ToAddress(MailboxAddress address) => new(address.Address, address.Name, Encoding.UTF8);
}
