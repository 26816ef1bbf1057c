using System.Globalization;
using System.Text;

namespace LocalCluster.ApiServer.Cel;

/// <summary>What a token is.</summary>
internal enum CelTokenKind
{
    Identifier,
    Integer,
    Double,
    Text,
    Symbol,
    End,
}

/// <summary>One token of an expression.</summary>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, int Position);

/// <summary>Takes an expression apart.</summary>
internal static class CelLexer
{
    private static readonly string[] TwoCharacterSymbols = ["==", "!=", "<=", ">=", "&&", "||"];

    public static IReadOnlyList<CelToken> Read(string text)
    {
        var tokens = new List<CelToken>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                tokens.Add(new CelToken(CelTokenKind.End, "", at));
                return tokens;
            }

            tokens.Add(ReadOne(text, ref at));
        }
    }

    private static CelToken ReadOne(string text, ref int at)
    {
        var start = at;
        var isRaw = text[at] is 'r' or 'R' && at + 1 < text.Length && text[at + 1] is '\'' or '"' && text[at] is 'r' or 'R';
        if (text[at] is '\'' or '"' || isRaw)
        {
            at += isRaw ? 1 : 0;
            return new CelToken(CelTokenKind.Text, ReadText(text, ref at, isRaw), start);
        }

        if (char.IsLetter(text[at]) || text[at] == '_')
        {
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
            {
                at++;
            }

            return new CelToken(CelTokenKind.Identifier, text[start..at], start);
        }

        if (char.IsAsciiDigit(text[at]))
        {
            return ReadNumber(text, ref at);
        }

        var two = at + 1 < text.Length ? text.Substring(at, 2) : "";
        var symbol = TwoCharacterSymbols.Contains(two) ? two : text[at].ToString();
        if (symbol.Length == 1 && !"+-*/%<>!?:.,()[]{}".Contains(symbol[0]))
        {
            throw new CelException($"unexpected character '{symbol}' at {at}");
        }

        at += symbol.Length;
        return new CelToken(CelTokenKind.Symbol, symbol, start);
    }

    private static CelToken ReadNumber(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '.' or 'e' or 'E' || (text[at] is '+' or '-' && text[at - 1] is 'e' or 'E')))
        {
            at++;
        }

        var number = text[start..at];
        at += at < text.Length && text[at] == 'u' ? 1 : 0;
        var isInteger = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return new CelToken(isInteger ? CelTokenKind.Integer : CelTokenKind.Double, number, start);
    }

    private static string ReadText(string text, ref int at, bool isRaw)
    {
        var start = at;
        var quote = text[at..].StartsWith(new string(text[at], 3), StringComparison.Ordinal) ? new string(text[at], 3) : text[at].ToString();
        at += quote.Length;
        var result = new StringBuilder();
        while (at < text.Length && !text[at..].StartsWith(quote, StringComparison.Ordinal))
        {
            if (text[at] == '\\' && !isRaw && at + 1 < text.Length)
            {
                at++;
                result.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
            }
            else
            {
                result.Append(text[at]);
            }

            at++;
        }

        if (at >= text.Length)
        {
            throw new CelException($"the string that begins at {start} does not end");
        }

        at += quote.Length;
        return result.ToString();
    }
}
