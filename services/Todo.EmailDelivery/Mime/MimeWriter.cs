using System.Globalization;
using System.Text;
using Todo.EmailDelivery.Smtp;

namespace Todo.EmailDelivery.Mime;

/// <summary>A mail as it goes over the line (RFC 5322, RFC 2046): headers, then the text and the HTML alternative.</summary>
internal static class MimeWriter
{
    // Quoted-printable text never has "=_": no body contains it.
    private const string Boundary = "=_alternative";

    /// <returns>What follows DATA, with the dot that ends it. No line begins with a dot: quoted-printable hides it.</returns>
    public static byte[] ToData(MimeMessage message) => Encoding.UTF8.GetBytes(Write(message) + ".\r\n");

    public static string Write(MimeMessage message)
    {
        var text = new StringBuilder();
        Header(text, "Date", message.Date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH':'mm':'ss '+0000'", CultureInfo.InvariantCulture));
        Header(text, "From", HeaderText.Address(message.From));
        Header(text, "To", HeaderText.Address(message.To));
        Header(text, "Subject", HeaderText.Encode(message.Subject));
        Header(text, "Message-ID", $"<{message.MessageId}>");
        foreach (var (name, value) in message.Headers)
        {
            Header(text, name, value);
        }

        Header(text, "MIME-Version", "1.0");
        Header(text, "Content-Type", $"multipart/alternative; boundary=\"{Boundary}\"");
        // The last alternative is the one preferred (RFC 2046, 5.1.4).
        Part(text, "text/plain", message.TextBody);
        Part(text, "text/html", message.HtmlBody);
        return text.Append("\r\n--").Append(Boundary).Append("--\r\n").ToString();
    }

    private static void Header(StringBuilder text, string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");

    private static void Part(StringBuilder text, string type, string body)
    {
        text.Append("\r\n--").Append(Boundary).Append("\r\n");
        Header(text, "Content-Type", $"{type}; charset=utf-8");
        Header(text, "Content-Transfer-Encoding", "quoted-printable");
        text.Append("\r\n").Append(QuotedPrintable.Encode(body));
    }
}
