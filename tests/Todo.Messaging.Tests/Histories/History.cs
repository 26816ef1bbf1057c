using System.Globalization;

namespace Todo.Messaging.Tests.Histories;

/// <summary>What happens in one run; on a real database up to the order in which threads have their turn, in simulation to the last step.</summary>
/// <param name="Seed">Of every die.</param>
/// <param name="Transactions">How many there are, rolled back ones included.</param>
/// <param name="Mischief">Percent of sendings that go wrong.</param>
/// <param name="Crashes">How often a relay or an inbox loses its connection in the middle of its work; in simulation, how often something worse happens.</param>
internal sealed record History(int Seed, int Transactions, int Mischief, int Crashes)
{
    /// <summary>A name to repeat it by.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Seed}:{Transactions}:{Mischief}:{Crashes}");

    public static History Parse(string name) =>
        name.Split(':').Select(x => int.Parse(x, CultureInfo.InvariantCulture)).ToArray() is [var seed, var transactions, var mischief, var crashes]
            ? new(seed, transactions, mischief, crashes)
            : throw new FormatException(name);

    public override string ToString() => $"seed {Seed}: {Transactions} transactions, {Mischief} % mischief, {Crashes} crashes";
}
