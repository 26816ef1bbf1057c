namespace Todo.Messaging.Tests.Histories;

/// <summary>What happens in one run, up to the order in which threads have their turn.</summary>
/// <param name="Seed">Of every die.</param>
/// <param name="Transactions">How many there are, rolled back ones included.</param>
/// <param name="Mischief">Percent of sendings that go wrong.</param>
/// <param name="Crashes">How often a relay or an inbox loses its connection in the middle of its work.</param>
internal sealed record History(int Seed, int Transactions, int Mischief, int Crashes)
{
    public override string ToString() => $"seed {Seed}: {Transactions} transactions, {Mischief} % mischief, {Crashes} crashes";
}
