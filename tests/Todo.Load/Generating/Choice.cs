using Todo.Load.Journaling;

namespace Todo.Load.Generating;

/// <summary>Which request comes next.</summary>
internal readonly record struct Choice(Operation Operation, TaskKind Kind)
{
    /// <summary>The choice that a random number makes.</summary>
    /// <param name="mix">The shares.</param>
    /// <param name="number">Any number from 0 to 1 (exclusive).</param>
    public static Choice Of(OperationMix mix, double number)
    {
        ReadOnlySpan<(int Share, Choice Choice)> shares =
        [
            (mix.CreateOneOff, new(Operation.Create, TaskKind.OneOff)),
            (mix.CreateDueSoon, new(Operation.Create, TaskKind.DueSoon)),
            (mix.CreateDaily, new(Operation.Create, TaskKind.Daily)),
            (mix.CreateWeekly, new(Operation.Create, TaskKind.Weekly)),
            (mix.Update, new(Operation.Update, default)),
            (mix.Complete, new(Operation.Complete, default)),
            (mix.Delete, new(Operation.Delete, default)),
            (mix.List, new(Operation.List, default)),
        ];
        var total = 0;
        foreach (var (share, _) in shares)
        {
            total += share;
        }

        var place = number * total;
        foreach (var (share, choice) in shares)
        {
            place -= share;
            if (place < 0)
            {
                return choice;
            }
        }

        return shares[0].Choice;
    }
}
