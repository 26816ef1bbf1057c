namespace LocalCluster.ApiServer.Cel;

/// <summary>Evaluates expressions.</summary>
internal static class CelEvaluator
{
    /// <exception cref="CelException">The expression has no value for these variables.</exception>
    public static object? Evaluate(CelNode node, IReadOnlyDictionary<string, object?> variables) => node switch
    {
        CelNode.Literal literal => literal.Value,
        CelNode.Identifier identifier => variables.TryGetValue(identifier.Name, out var value)
            ? value
            : throw new CelException($"undeclared reference to '{identifier.Name}'"),
        CelNode.Select select => Field(Evaluate(select.Target, variables), select.Field),
        CelNode.Index index => At(Evaluate(index.Target, variables), Evaluate(index.Key, variables)),
        CelNode.Call call => Call(call, variables),
        CelNode.Unary unary => Unary(unary, variables),
        CelNode.Binary binary => Binary(binary, variables),
        CelNode.Conditional conditional => Evaluate(
            CelValues.Truth(Evaluate(conditional.Condition, variables)) ? conditional.Then : conditional.Else, variables),
        CelNode.List list => list.Items.Select(i => Evaluate(i, variables)).ToList(),
        CelNode.Map map => map.Entries.ToDictionary(
            e => CelValues.As<string>(Evaluate(e.Key, variables), "map"), e => Evaluate(e.Value, variables), StringComparer.Ordinal),
        CelNode.Comprehension comprehension => Comprehend(comprehension, variables),
        _ => throw new CelException("unknown expression"),
    };

    private static object? Call(CelNode.Call call, IReadOnlyDictionary<string, object?> variables)
    {
        if (call is { Target: null, Name: "has", Arguments: [CelNode.Select select] })
        {
            return Evaluate(select.Target, variables) is Dictionary<string, object?> map && map.ContainsKey(CelNames.Unescape(select.Field));
        }

        var arguments = call.Arguments.Select(a => Evaluate(a, variables)).ToList();
        return call.Target is null
            ? CelFunctions.Call(call.Name, arguments)
            : CelFunctions.CallMethod(Evaluate(call.Target, variables), call.Name, arguments);
    }

    private static object Unary(CelNode.Unary unary, IReadOnlyDictionary<string, object?> variables)
    {
        var value = Evaluate(unary.Operand, variables);
        return (unary.Operator, value) switch
        {
            ("!", bool truth) => !truth,
            ("-", long number) => -number,
            ("-", double number) => -number,
            _ => throw CelValues.NoOverload(unary.Operator, value),
        };
    }

    private static object? Binary(CelNode.Binary binary, IReadOnlyDictionary<string, object?> variables)
    {
        if (binary.Operator is "&&" or "||")
        {
            return Logic(binary, variables);
        }

        var (left, right) = (Evaluate(binary.Left, variables), Evaluate(binary.Right, variables));
        return binary.Operator switch
        {
            "==" => CelValues.Equals(left, right),
            "!=" => !CelValues.Equals(left, right),
            "<" => CelValues.Compare(left, right) < 0,
            "<=" => CelValues.Compare(left, right) <= 0,
            ">" => CelValues.Compare(left, right) > 0,
            ">=" => CelValues.Compare(left, right) >= 0,
            "in" => CelValues.Contains(right, left),
            var operation => CelFunctions.Arithmetic(operation, left, right),
        };
    }

    // In this language both are commutative: an error on one side does not matter when the other decides.
    private static bool Logic(CelNode.Binary binary, IReadOnlyDictionary<string, object?> variables)
    {
        var decisive = binary.Operator == "||";
        CelException? failure = null;
        foreach (var side in (ReadOnlySpan<CelNode>)[binary.Left, binary.Right])
        {
            try
            {
                if (CelValues.Truth(Evaluate(side, variables)) == decisive)
                {
                    return decisive;
                }
            }
            catch (CelException error)
            {
                failure = error;
            }
        }

        return failure is null ? !decisive : throw failure;
    }

    private static object? Comprehend(CelNode.Comprehension comprehension, IReadOnlyDictionary<string, object?> variables)
    {
        var items = Evaluate(comprehension.Target, variables) switch
        {
            List<object?> list => list,
            Dictionary<string, object?> map => [.. map.Keys],
            var other => throw CelValues.NoOverload(comprehension.Name, other),
        };
        return comprehension.Name switch
        {
            "all" => items.TrueForAll(Holds),
            "exists" => items.Exists(Holds),
            "exists_one" => items.Count(Holds) == 1,
            "filter" => items.Where(Holds).ToList(),
            _ when comprehension.Second is { } result => items.Where(Holds).Select(i => Evaluate(result, With(i))).ToList(),
            _ => items.ConvertAll(i => Evaluate(comprehension.Body, With(i))),
        };

        bool Holds(object? item) => CelValues.Truth(Evaluate(comprehension.Body, With(item)));

        Dictionary<string, object?> With(object? item) => new(variables, StringComparer.Ordinal) { [comprehension.Variable] = item };
    }

    private static object? Field(object? target, string field) => target is Dictionary<string, object?> map
        ? map.TryGetValue(CelNames.Unescape(field), out var value) ? value : throw new CelException($"no such key: {field}")
        : throw CelValues.NoOverload($"_.{field}", target);

    private static object? At(object? target, object? key) => (target, key) switch
    {
        (List<object?> list, long index) => index >= 0 && index < list.Count ? list[(int)index] : throw new CelException($"index out of bounds: {index}"),
        (Dictionary<string, object?> map, string name) => map.TryGetValue(name, out var value) ? value : throw new CelException($"no such key: {name}"),
        _ => throw CelValues.NoOverload("_[_]", target, key),
    };
}
