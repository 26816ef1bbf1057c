using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LocalCluster.MailSink.Mails;

/// <summary>As much of MIME (RFC 2045 to 2047) as a reminder mail uses: folded and encoded headers, nested multiparts, base64 and quoted-printable.</summary>
internal static partial class MimeReader
{
    private const int MaxDepth = 8;

    /// <summary>Headers, and the first text/plain and text/html part.</summary>
    /// <param name="message">One character per byte (Latin-1), lines ended by CRLF.</param>
    public static (Dictionary<string, string> Headers, string? Text, string? Html) Read(string message)
    {
        var (headers, body) = Split(message);
        string? text = null;
        string? html = null;
        ReadPart(headers, body, 0, ref text, ref html);
        return (headers.ToDictionary(h => h.Key, h => DecodeHeader(h.Value), StringComparer.OrdinalIgnoreCase), text, html);
    }

    private static void ReadPart(Dictionary<string, string> headers, string body, int depth, ref string? text, ref string? html)
    {
        var type = headers.GetValueOrDefault("Content-Type", "text/plain");
        if (type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) && Parameter(type, "boundary") is { } boundary && depth < MaxDepth)
        {
            // The line break before a boundary belongs to the boundary.
            foreach (var part in ("\r\n" + body).Split("\r\n--" + boundary).Skip(1).TakeWhile(p => !p.StartsWith("--", StringComparison.Ordinal)))
            {
                var (partHeaders, partBody) = Split(part.TrimStart(' ', '\t')[2..]);
                ReadPart(partHeaders, partBody, depth + 1, ref text, ref html);
            }

            return;
        }

        if (type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase))
        {
            html ??= Decode(headers, type, body);
        }
        else if (type.StartsWith("text/", StringComparison.OrdinalIgnoreCase))
        {
            text ??= Decode(headers, type, body);
        }
    }

    private static (Dictionary<string, string> Headers, string Body) Split(string message)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var end = message.StartsWith("\r\n", StringComparison.Ordinal) ? 0 : message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = end < 0 ? message : message[..end];
        var body = end < 0 ? "" : message[(end + (end == 0 ? 2 : 4))..];
        foreach (var line in Folding().Replace(head, " ").Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim());
            }
        }

        return (headers, body);
    }

    private static string Decode(Dictionary<string, string> headers, string type, string body)
    {
        var bytes = headers.GetValueOrDefault("Content-Transfer-Encoding", "7bit").ToUpperInvariant() switch
        {
            "BASE64" => FromBase64(body),
            "QUOTED-PRINTABLE" => FromQuotedPrintable(body),
            _ => Encoding.Latin1.GetBytes(body),
        };
        return EncodingOf(Parameter(type, "charset")).GetString(bytes).ReplaceLineEndings("\n");
    }

    private static string DecodeHeader(string value) =>
        // White space between two encoded words is not part of the text (RFC 2047, 6.2).
        EncodedWord().Replace(BetweenEncodedWords().Replace(value, "$1"), word =>
        {
            var data = word.Groups["data"].Value;
            var bytes = word.Groups["how"].ValueSpan is "B" or "b" ? FromBase64(data) : FromQuotedPrintable(data.Replace('_', ' '));
            return EncodingOf(word.Groups["charset"].Value).GetString(bytes);
        });

    private static byte[] FromBase64(string text)
    {
        var compact = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        var buffer = new byte[compact.Length];
        return Convert.TryFromBase64String(compact, buffer, out var length) ? buffer[..length] : Encoding.Latin1.GetBytes(text);
    }

    private static byte[] FromQuotedPrintable(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
            {
                bytes.Add((byte)text[i]);
            }
            else if (i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else if (i + 2 < text.Length && text[i + 1] == '\r')
            {
                i += 2;
            }
        }

        return [.. bytes];
    }

    private static Encoding EncodingOf(string? charset) =>
        charset?.ToUpperInvariant() is "ISO-8859-1" or "LATIN1" ? Encoding.Latin1 : Encoding.UTF8;

    private static string? Parameter(string header, string name)
    {
        var match = Regex.Match(header, $@";\s*{name}\s*=\s*(?:""(?<v>[^""]*)""|(?<v>[^;\s]+))", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        return match.Success ? match.Groups["v"].Value : null;
    }

    [GeneratedRegex(@"\r\n(?=[ \t])[ \t]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Folding();

    [GeneratedRegex(@"=\?(?<charset>[^?]+)\?(?<how>[BbQq])\?(?<data>[^?]*)\?=", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"(=\?[^?]+\?[BbQq]\?[^?]*\?=)\s+(?==\?)", RegexOptions.None, 1000)]
    private static partial Regex BetweenEncodedWords();
}
