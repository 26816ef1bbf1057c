using System.Globalization;

namespace LocalCluster.ApiServer.Cel;

/// <summary>
/// Reads the Common Expression Language (<see href="https://github.com/google/cel-spec"/>) as far as validation rules use it:
/// everything but messages, byte strings and namespaces.
/// </summary>
internal sealed class CelParser
{
    private static readonly string[][] Precedence = [["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*", "/", "%"]];
    private static readonly HashSet<string> Macros = new(StringComparer.Ordinal) { "all", "exists", "exists_one", "filter", "map" };

    private readonly IReadOnlyList<CelToken> _tokens;
    private int _at;

    private CelParser(string text) => _tokens = CelLexer.Read(text);

    /// <exception cref="CelException">It is not an expression of this subset.</exception>
    public static CelNode Parse(string text)
    {
        var parser = new CelParser(text);
        var result = parser.Conditional();
        return parser.Current.Kind == CelTokenKind.End ? result : throw parser.Unexpected();
    }

    private CelToken Current => _tokens[_at];

    private CelNode Conditional()
    {
        var condition = Binary(0);
        if (!Take("?"))
        {
            return condition;
        }

        var then = Conditional();
        Expect(":");
        return new CelNode.Conditional(condition, then, Conditional());
    }

    private CelNode Binary(int level)
    {
        if (level == Precedence.Length)
        {
            return Unary();
        }

        var left = Binary(level + 1);
        while (Precedence[level].FirstOrDefault(Is) is { } found)
        {
            _at++;
            left = new CelNode.Binary(found, left, Binary(level + 1));
        }

        return left;
    }

    private CelNode Unary()
    {
        foreach (var symbol in (ReadOnlySpan<string>)["!", "-"])
        {
            if (Take(symbol))
            {
                return new CelNode.Unary(symbol, Unary());
            }
        }

        return Member();
    }

    private CelNode Member()
    {
        var result = Primary();
        while (true)
        {
            if (Take("."))
            {
                var name = Name();
                result = Is("(") ? Method(result, name) : new CelNode.Select(result, name);
            }
            else if (Take("["))
            {
                result = new CelNode.Index(result, Conditional());
                Expect("]");
            }
            else
            {
                return result;
            }
        }
    }

    private CelNode Method(CelNode target, string name)
    {
        var arguments = Arguments();
        if (!Macros.Contains(name))
        {
            return new CelNode.Call(target, name, arguments);
        }

        return arguments switch
        {
            [CelNode.Identifier variable, var body] => new CelNode.Comprehension(target, name, variable.Name, body, null),
            [CelNode.Identifier variable, var body, var second] => new CelNode.Comprehension(target, name, variable.Name, body, second),
            _ => throw new CelException($"{name} takes a variable and an expression"),
        };
    }

    private CelNode Primary()
    {
        var token = Current;
        _at++;
        switch (token.Kind)
        {
            case CelTokenKind.Integer:
                return new CelNode.Literal(long.Parse(token.Text, CultureInfo.InvariantCulture));
            case CelTokenKind.Double:
                return double.TryParse(token.Text, CultureInfo.InvariantCulture, out var number)
                    ? new CelNode.Literal(number)
                    : throw new CelException($"\"{token.Text}\" is not a number");
            case CelTokenKind.Text:
                return new CelNode.Literal(token.Text);
            case CelTokenKind.Identifier:
                return token.Text switch
                {
                    "true" => new CelNode.Literal(true),
                    "false" => new CelNode.Literal(false),
                    "null" => new CelNode.Literal(null),
                    _ when Is("(") => new CelNode.Call(null, token.Text, Arguments()),
                    _ => new CelNode.Identifier(token.Text),
                };
            case CelTokenKind.Symbol when token.Text == "(":
                var inner = Conditional();
                Expect(")");
                return inner;
            case CelTokenKind.Symbol when token.Text == "[":
                return new CelNode.List(Items("]", Conditional));
            case CelTokenKind.Symbol when token.Text == "{":
                return new CelNode.Map(Items("}", Entry));
            default:
                _at--;
                throw Unexpected();
        }
    }

    private (CelNode Key, CelNode Value) Entry()
    {
        var key = Conditional();
        Expect(":");
        return (key, Conditional());
    }

    private List<CelNode> Arguments()
    {
        Expect("(");
        return Items(")", Conditional);
    }

    private List<T> Items<T>(string end, Func<T> read)
    {
        var items = new List<T>();
        while (!Take(end))
        {
            if (items.Count > 0)
            {
                Expect(",");
                if (Take(end))
                {
                    break;
                }
            }

            items.Add(read());
        }

        return items;
    }

    private string Name() => Current.Kind == CelTokenKind.Identifier ? _tokens[_at++].Text : throw Unexpected();

    private bool Is(string text) => Current.Text == text && Current.Kind is CelTokenKind.Symbol or CelTokenKind.Identifier && Current.Text == text;

    private bool Take(string symbol)
    {
        var isThere = Is(symbol);
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
        {
            throw Unexpected();
        }
    }

    private CelException Unexpected() =>
        new(Current.Kind == CelTokenKind.End ? "the expression ends too early" : $"unexpected \"{Current.Text}\" at {Current.Position}");
}
