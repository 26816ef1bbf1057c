using System.Text;
using LocalCluster.MailSink.Mails;

namespace LocalCluster.MailSink.Smtp;

/// <summary>One SMTP conversation (RFC 5321), from greeting to QUIT.</summary>
internal sealed class SmtpSession(Stream stream, MailStore store, FailureSwitch failures, TimeProvider time) : IDisposable
{
    private const int MaxLine = 4_096;
    private const int MaxMessage = 10 * 1024 * 1024;

    private readonly BufferedStream _input = new(stream, 16 * 1024);
    private readonly List<string> _recipients = [];
    private string? _sender;
    private bool _open = true;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ReplyAsync("220 mailsink ESMTP", cancellationToken, "greeting");
        while (_open && await ReadLineAsync(cancellationToken) is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var verb = (space < 0 ? line : line[..space]).ToUpperInvariant();
            await HandleAsync(verb, space < 0 ? "" : line[(space + 1)..], cancellationToken);
        }
    }

    public void Dispose() => _input.Dispose();

    private Task HandleAsync(string verb, string argument, CancellationToken cancellationToken)
    {
        switch (verb)
        {
            case "EHLO":
                Reset();
                return ReplyAsync($"250-mailsink\r\n250-SIZE {MaxMessage}\r\n250-8BITMIME\r\n250-PIPELINING\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN", cancellationToken);
            case "HELO":
                Reset();
                return ReplyAsync("250 mailsink", cancellationToken);
            case "AUTH":
                return AuthenticateAsync(argument, cancellationToken);
            case "MAIL":
                return MailAsync(argument, cancellationToken);
            case "RCPT":
                return RecipientAsync(argument, cancellationToken);
            case "DATA":
                return DataAsync(cancellationToken);
            case "RSET":
                Reset();
                return ReplyAsync("250 OK", cancellationToken);
            case "NOOP":
                return ReplyAsync("250 OK", cancellationToken);
            case "QUIT":
                _open = false;
                return ReplyAsync("221 Bye", cancellationToken);
            default:
                return ReplyAsync("500 Unknown command", cancellationToken);
        }
    }

    private async Task AuthenticateAsync(string argument, CancellationToken cancellationToken)
    {
        // Anybody may come in; only the form is checked.
        var words = argument.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var challenges = words is ["PLAIN"] or ["LOGIN", _] ? 1 : words is ["LOGIN"] ? 2 : 0;
        if (words is not (["PLAIN", ..] or ["LOGIN", ..]))
        {
            await ReplyAsync("504 PLAIN or LOGIN", cancellationToken);
            return;
        }

        for (; challenges > 0; challenges--)
        {
            await ReplyAsync(words[0] == "PLAIN" ? "334 " : challenges == 2 ? "334 VXNlcm5hbWU6" : "334 UGFzc3dvcmQ6", cancellationToken);
            await ReadLineAsync(cancellationToken);
        }

        await ReplyAsync("235 Authenticated", cancellationToken);
    }

    private Task MailAsync(string argument, CancellationToken cancellationToken)
    {
        if (_sender is not null)
        {
            return ReplyAsync("503 MAIL was given already", cancellationToken);
        }

        if (Address(argument, "FROM:") is not { } sender)
        {
            return ReplyAsync("501 MAIL FROM:<address>", cancellationToken);
        }

        _sender = sender;
        return ReplyAsync("250 OK", cancellationToken, "mail");
    }

    private Task RecipientAsync(string argument, CancellationToken cancellationToken)
    {
        if (_sender is null)
        {
            return ReplyAsync("503 MAIL first", cancellationToken);
        }

        if (Address(argument, "TO:") is not { Length: > 0 } recipient)
        {
            return ReplyAsync("501 RCPT TO:<address>", cancellationToken);
        }

        _recipients.Add(recipient);
        return ReplyAsync("250 OK", cancellationToken, "rcpt");
    }

    private async Task DataAsync(CancellationToken cancellationToken)
    {
        if (_recipients.Count == 0)
        {
            await ReplyAsync("503 RCPT first", cancellationToken);
            return;
        }

        await ReplyAsync("354 End with <CRLF>.<CRLF>", cancellationToken);
        var message = new StringBuilder();
        while (true)
        {
            if (await ReadLineAsync(cancellationToken) is not { } line)
            {
                _open = false;
                return;
            }

            if (line == ".")
            {
                break;
            }

            // Dot-stuffing, section 4.5.2.
            message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            if (message.Length > MaxMessage)
            {
                _open = false;
                await ReplyAsync("552 Too large", cancellationToken);
                return;
            }
        }

        var (sender, recipients) = (_sender!, _recipients.ToArray());
        Reset();
        var failed = failures.Strike("data");
        if (failed is null)
        {
            store.Add(id => Create(id, sender, recipients, message.ToString()));
            failed = failures.Strike("stored");
        }

        await AnswerAsync("250 OK", failed, cancellationToken);
    }

    private Mail Create(long id, string sender, string[] recipients, string message)
    {
        var (headers, text, html) = MimeReader.Read(message);
        return new Mail(id, sender, recipients, headers.GetValueOrDefault("Subject", ""), headers.GetValueOrDefault("Message-ID"), headers, text, html, time.GetUtcNow());
    }

    private static string? Address(string argument, string prefix)
    {
        if (!argument.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rest = argument[prefix.Length..].TrimStart();
        var end = rest.IndexOf('>', StringComparison.Ordinal);
        return rest.StartsWith('<') && end > 0 ? rest[1..end] : null;
    }

    private void Reset()
    {
        _sender = null;
        _recipients.Clear();
    }

    private Task ReplyAsync(string reply, CancellationToken cancellationToken, string? place = null) =>
        AnswerAsync(reply, place is null ? null : failures.Strike(place), cancellationToken);

    private async Task AnswerAsync(string reply, string? failure, CancellationToken cancellationToken)
    {
        if (failure == "close")
        {
            _open = false;
            return;
        }

        var line = failure switch { "temporary" => "451 Try again later", "permanent" => "550 No", _ => reply };
        if (failure is not null)
        {
            Reset();
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"), cancellationToken);
    }

    /// <summary>A line without its ending; null at the end of the stream or when it is longer than any line may be.</summary>
    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < MaxLine && await _input.ReadAsync(one, cancellationToken) == 1)
        {
            if (one[0] == '\n')
            {
                return line.Length > 0 && line[^1] == '\r' ? line.ToString(0, line.Length - 1) : line.ToString();
            }

            line.Append((char)one[0]);
        }

        return null;
    }
}
