namespace LocalCluster.ApiServer.Cel;

/// <summary>A parsed expression.</summary>
internal abstract record CelNode
{
    public sealed record Literal(object? Value) : CelNode;

    public sealed record Identifier(string Name) : CelNode;

    public sealed record Select(CelNode Target, string Field) : CelNode;

    public sealed record Index(CelNode Target, CelNode Key) : CelNode;

    /// <summary>A function, or (with a target) a method.</summary>
    public sealed record Call(CelNode? Target, string Name, IReadOnlyList<CelNode> Arguments) : CelNode;

    public sealed record Unary(string Operator, CelNode Operand) : CelNode;

    public sealed record Binary(string Operator, CelNode Left, CelNode Right) : CelNode;

    public sealed record Conditional(CelNode Condition, CelNode Then, CelNode Else) : CelNode;

    public sealed record List(IReadOnlyList<CelNode> Items) : CelNode;

    public sealed record Map(IReadOnlyList<(CelNode Key, CelNode Value)> Entries) : CelNode;

    /// <summary><c>target.all(x, body)</c> and its relatives.</summary>
    public sealed record Comprehension(CelNode Target, string Name, string Variable, CelNode Body, CelNode? Second) : CelNode;

    /// <summary>True when the expression reads a variable of this name.</summary>
    public bool Uses(string name) => this switch
    {
        Identifier identifier => identifier.Name == name,
        Select select => select.Target.Uses(name),
        Index index => index.Target.Uses(name) || index.Key.Uses(name),
        Call call => call.Target?.Uses(name) == true || call.Arguments.Any(a => a.Uses(name)),
        Unary unary => unary.Operand.Uses(name),
        Binary binary => binary.Left.Uses(name) || binary.Right.Uses(name),
        Conditional conditional => conditional.Condition.Uses(name) || conditional.Then.Uses(name) || conditional.Else.Uses(name),
        List list => list.Items.Any(i => i.Uses(name)),
        Map map => map.Entries.Any(e => e.Key.Uses(name) || e.Value.Uses(name)),
        Comprehension comprehension =>
            comprehension.Target.Uses(name) || (comprehension.Variable != name && (comprehension.Body.Uses(name) || comprehension.Second?.Uses(name) == true)),
        _ => false,
    };
}
