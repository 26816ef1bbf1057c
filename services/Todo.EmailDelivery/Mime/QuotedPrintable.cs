using System.Globalization;
using System.Text;

namespace Todo.EmailDelivery.Mime;

/// <summary>Text as quoted-printable (RFC 2045, 6.7): lines of at most 76 characters of ASCII, whatever the text is.</summary>
internal static class QuotedPrintable
{
    private const int MaxLine = 76;

    /// <param name="text">Its lines may end as they like.</param>
    /// <returns>Lines ended by CRLF, the last one too.</returns>
    public static string Encode(string text)
    {
        var output = new StringBuilder(text.Length + text.Length / 8);
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            EncodeLine(Encoding.UTF8.GetBytes(line), output);
            output.Append("\r\n");
        }

        return output.ToString();
    }

    private static void EncodeLine(byte[] line, StringBuilder output)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var value = line[i];
            var isLast = i == line.Length - 1;
            // White space at the end of a line gets lost on the way, and a line of one dot ends the mail.
            var isPlain = value is >= (byte)'!' and <= (byte)'~' and not (byte)'=' || value is (byte)' ' or (byte)'\t' && !isLast;
            var isDot = value == '.' && column == 0;
            var width = isPlain && !isDot ? 1 : 3;
            // Room for the soft line break, unless nothing follows.
            if (column + width > (isLast ? MaxLine : MaxLine - 1))
            {
                output.Append("=\r\n");
                (column, isDot) = (0, value == '.');
                width = isPlain && !isDot ? 1 : 3;
            }

            if (width == 1)
            {
                output.Append((char)value);
            }
            else
            {
                output.Append('=').Append(value.ToString("X2", CultureInfo.InvariantCulture));
            }

            column += width;
        }
    }
}
