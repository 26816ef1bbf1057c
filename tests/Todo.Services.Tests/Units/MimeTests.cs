using System.Text;
using Todo.EmailDelivery.Mime;
using Todo.EmailDelivery.Smtp;

namespace Todo.Services.Tests.Units;

/// <summary>What goes over the line, byte by byte.</summary>
public sealed class MimeTests
{
    [Theory]
    [InlineData("plain", "plain\r\n")]
    [InlineData("a = b", "a =3D b\r\n")]
    [InlineData("Müll", "M=C3=BCll\r\n")]
    [InlineData("end \nnext\t", "end=20\r\nnext=09\r\n")]
    [InlineData(".\n..\na.b", "=2E\r\n=2E.\r\na.b\r\n")]
    [InlineData("", "\r\n")]
    public void Text_becomes_quoted_printable(string text, string encoded) => Assert.Equal(encoded, QuotedPrintable.Encode(text));

    [Theory]
    [InlineData("x")]
    [InlineData("=")]
    [InlineData("ü")]
    [InlineData("😀")]
    [InlineData(".")]
    [InlineData(" x")]
    public void No_line_is_longer_than_76_or_begins_with_a_dot_and_nothing_is_lost(string unit)
    {
        for (var count = 20; count < 160; count++)
        {
            var text = string.Concat(Enumerable.Repeat(unit, count));
            var lines = QuotedPrintable.Encode(text).Split("\r\n");
            Assert.All(lines, line => Assert.True(line.Length <= 76 && !line.StartsWith('.') && !line.EndsWith(' '), line));
            Assert.Equal(text, Decode(string.Join("\r\n", lines)));
        }
    }

    [Fact]
    public void A_header_is_ascii_and_no_word_of_it_is_longer_than_75_or_half_a_character()
    {
        Assert.Equal("Reminder: Milk", HeaderText.Encode("Reminder: Milk"));
        Assert.Equal("=?utf-8?B?TcO8bGw=?=", HeaderText.Encode("Müll"));
        Assert.StartsWith("=?utf-8?B?", HeaderText.Encode("=?utf-8?Q?already?="), StringComparison.Ordinal);
        var words = HeaderText.Encode(string.Concat(Enumerable.Repeat("a😀", 40))).Split("\r\n ");
        Assert.All(words, word => Assert.True(word.Length <= 75 && word.All(char.IsAscii), word));
        Assert.Equal(
            string.Concat(Enumerable.Repeat("a😀", 40)), string.Concat(words.Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word["=?utf-8?B?".Length..^2])))));
    }

    [Fact]
    public void A_name_with_quotes_stays_a_name()
    {
        Assert.Equal("\"Say \\\"hi\\\" <x@y>\" <a@b.example>", HeaderText.Address(new MailboxAddress("Say \"hi\" <x@y>", "a@b.example")));
        Assert.Equal("<a@b.example>", HeaderText.Address(new MailboxAddress(null, "a@b.example")));
        Assert.Equal("=?utf-8?B?RXJpbm5lcnVuZ8O8?= <a@b.example>", HeaderText.Address(new MailboxAddress("Erinnerungü", "a@b.example")));
    }

    private static string Decode(string encoded)
    {
        var bytes = new List<byte>();
        var text = encoded.Replace("=\r\n", "", StringComparison.Ordinal).TrimEnd('\r', '\n');
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
