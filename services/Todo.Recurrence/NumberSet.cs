namespace Todo.Recurrence;

/// <summary>The numbers of a part such as BYMONTHDAY, which count from the start or, when negative, from the end. A part that is absent limits nothing.</summary>
internal sealed class NumberSet
{
    private const int Largest = 366;

    private readonly bool[] _fromStart = [];
    private readonly bool[] _fromEnd = [];

    public NumberSet(IReadOnlyCollection<int> numbers)
    {
        IsEmpty = numbers.Count == 0;
        if (IsEmpty)
        {
            return;
        }

        _fromStart = new bool[Largest + 1];
        _fromEnd = new bool[Largest + 1];
        foreach (var number in numbers)
        {
            (number > 0 ? _fromStart : _fromEnd)[Math.Abs(number)] = true;
        }
    }

    public bool IsEmpty { get; }

    /// <param name="number">From 1.</param>
    /// <param name="total">How many there are: the last is also -1.</param>
    public bool Includes(int number, int total) => IsEmpty || _fromStart[number] || _fromEnd[total + 1 - number];
}
