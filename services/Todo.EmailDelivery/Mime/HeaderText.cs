using System.Text;

namespace Todo.EmailDelivery.Mime;

/// <summary>Text in headers, which are ASCII: what is not becomes encoded words (RFC 2047).</summary>
internal static class HeaderText
{
    // 75 characters for a word, less =?utf-8?B? and ?=, in base64.
    private const int BytesPerWord = 45;

    public static string Encode(string text)
    {
        // What looks like an encoded word would be decoded.
        if (text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal))
        {
            return text;
        }

        var words = new List<string>();
        var word = new List<byte>(BytesPerWord);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            // A character is never divided between two words.
            var length = rune.EncodeToUtf8(bytes);
            if (word.Count + length > BytesPerWord)
            {
                words.Add(Word(word));
                word.Clear();
            }

            word.AddRange(bytes[..length]);
        }

        words.Add(Word(word));
        return string.Join("\r\n ", words);
    }

    /// <summary>An address with its name, if it has one.</summary>
    public static string Address(Smtp.MailboxAddress mailbox)
    {
        if (string.IsNullOrEmpty(mailbox.Name))
        {
            return $"<{mailbox.Address}>";
        }

        var name = Encode(mailbox.Name);
        var isEncoded = !ReferenceEquals(name, mailbox.Name);
        return isEncoded ? $"{name} <{mailbox.Address}>" : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" <{mailbox.Address}>";
    }

    private static string Word(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";
}
