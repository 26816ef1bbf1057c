using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LocalCluster.Sidecar.Delivery;

/// <summary>
/// The part of CEL that routing rules use: <c>event.type == "a" &amp;&amp; (event.data.n != 1 || has(event.subject))</c>.
/// </summary>
internal sealed class RouteExpression
{
    private readonly string _text;
    private readonly Func<JsonElement, object?> _evaluate;
    private int _at;

    private RouteExpression(string text)
    {
        _text = text;
        _evaluate = Or();
        if (Peek() != '\0')
        {
            throw Unreadable();
        }
    }

    /// <exception cref="FormatException">Not an expression of this kind.</exception>
    public static RouteExpression Parse(string text) => new(text);

    public bool Holds(JsonElement root) => _evaluate(root) is true;

    private Func<JsonElement, object?> Or()
    {
        var left = And();
        while (Take("||"))
        {
            var (first, second) = (left, And());
            left = root => first(root) is true || second(root) is true;
        }

        return left;
    }

    private Func<JsonElement, object?> And()
    {
        var left = Comparison();
        while (Take("&&"))
        {
            var (first, second) = (left, Comparison());
            left = root => first(root) is true && second(root) is true;
        }

        return left;
    }

    private Func<JsonElement, object?> Comparison()
    {
        var left = Operand();
        var equal = Take("==");
        if (!equal && !Take("!="))
        {
            return left;
        }

        var right = Operand();
        return root => Equals(left(root), right(root)) == equal;
    }

    private Func<JsonElement, object?> Operand()
    {
        if (Take("!"))
        {
            var operand = Operand();
            return root => operand(root) is not true;
        }

        if (Take("("))
        {
            return Closed(Or());
        }

        if (Take("has("))
        {
            var field = Closed(Operand());
            return root => field(root) is not null;
        }

        return Peek() is '"' or '\'' ? Literal(Quoted()) : Word();
    }

    private Func<JsonElement, object?> Closed(Func<JsonElement, object?> inner) => Take(")") ? inner : throw Unreadable();

    private Func<JsonElement, object?> Word()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '.' or '_' or '-'))
        {
            _at++;
        }

        var word = _text[start.._at];
        if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return Literal(number);
        }

        return word switch
        {
            "true" => Literal(true),
            "false" => Literal(false),
            _ when word.StartsWith("event.", StringComparison.Ordinal) => Field(word.Split('.')[1..]),
            _ => throw Unreadable(),
        };
    }

    private static Func<JsonElement, object?> Literal(object value) => _ => value;

    private static Func<JsonElement, object?> Field(string[] path) => root =>
    {
        foreach (var name in path)
        {
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out root))
            {
                return null;
            }
        }

        return root.ValueKind switch
        {
            JsonValueKind.String => root.GetString(),
            JsonValueKind.Number => root.GetDouble(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Null => null,
            _ => root.GetRawText(),
        };
    };

    private string Quoted()
    {
        var quote = _text[_at++];
        var value = new StringBuilder();
        while (_at < _text.Length && _text[_at] != quote)
        {
            if (_text[_at] == '\\' && _at + 1 < _text.Length)
            {
                _at++;
            }

            value.Append(_text[_at++]);
        }

        return _at++ < _text.Length ? value.ToString() : throw Unreadable();
    }

    private char Peek()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }

    private bool Take(string token)
    {
        Peek();
        // "!" must not eat the first half of "!=".
        if (string.CompareOrdinal(_text, _at, token, 0, token.Length) != 0 || (token == "!" && _at + 1 < _text.Length && _text[_at + 1] == '='))
        {
            return false;
        }

        _at += token.Length;
        return true;
    }

    private FormatException Unreadable() => new($"cannot read the routing rule '{_text}' at position {_at}");
}
