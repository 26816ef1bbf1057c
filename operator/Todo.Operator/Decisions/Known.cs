namespace Todo.Operator.Decisions;

/// <summary>
/// Something that had to be asked for over the network. Not knowing is neither good nor bad: it is kept apart from both, and what
/// waits for a good answer goes on waiting.
/// </summary>
public readonly record struct Known<T>
{
    internal Known(bool isKnown, T? value, string? why)
    {
        IsKnown = isKnown;
        Value = value;
        Why = why;
    }

    /// <summary>Whether there was an answer.</summary>
    public bool IsKnown { get; }

    /// <summary>The answer; the type's default when there was none.</summary>
    public T? Value { get; }

    /// <summary>Why there was no answer.</summary>
    public string? Why { get; }

    /// <summary>Whether there was an answer and it satisfies the predicate.</summary>
    public bool Is(Func<T, bool> predicate) => IsKnown && predicate(Value!);
}

/// <summary>Makes answers.</summary>
public static class Known
{
    /// <summary>An answer.</summary>
    public static Known<T> Of<T>(T value) => new(isKnown: true, value, why: null);

    /// <summary>No answer, and the reason.</summary>
    public static Known<T> Unknown<T>(string why) => new(isKnown: false, default, why);
}
