namespace Todo.Backend.Tasks;

/// <summary>A field of a change: absent, or present with a value that may be null.</summary>
internal readonly record struct Field<T>(bool IsPresent, T? Value)
{
    public static Field<T> Absent => default;

    public static implicit operator Field<T>(T? value) => new(true, value);

    /// <summary>The new value, or what was there.</summary>
    public T? Or(T? current) => IsPresent ? Value : current;
}
