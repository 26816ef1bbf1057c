using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Operator.Tests.Support;
using Todo.Messaging.Tests.Histories;

namespace Todo.Messaging.Tests.Simulation.Histories;

/// <summary>What holds after every history, on a simulated database that is compared with PostgreSQL (<c>Comparison</c>).</summary>
public sealed class SimulatedHistoryLaws(ITestOutputHelper output)
{
    private const string Program = "tests/Todo.Messaging.Tests/bin/Release/net10.0/Todo.Messaging.Tests";

    private long _effects;
    private long _duplicates;

    [Fact]
    public void Every_acknowledged_change_has_its_effect_once_keys_keep_their_order_and_the_ledger_equals_a_recount() => Check(Laws.FromFixedSeed(1000));

    /// <summary>LAW_RUNS says how many are played.</summary>
    [Fact(Explicit = true)]
    public void The_same_holds_in_a_hundred_thousand_histories() => Check(Laws.FromAnySeed(100_000));

    /// <summary>Histories that a change of the layer, or of these laws, was made for.</summary>
    [Theory]
    [InlineData("1573828457:15:20:0")] // The broker loses what was written before anybody subscribed.
    public void Histories_that_once_broke_a_law_keep_it(string name) => Assert.Null(SimulatedPlay.Run(History.Parse(name), traced: false, out _));

    [Fact]
    public void The_same_seed_is_the_same_history_to_the_last_step()
    {
        var history = new History(Seed: 11, Transactions: 40, Mischief: 20, Crashes: 4);
        var first = Trace(history);
        Assert.True(first.Count > 500, $"a history of {first.Count} steps tells nothing");
        Assert.Equal(first, Trace(history));
        Assert.NotEqual(first, Trace(history with { Seed = 12 }));
    }

    [Fact(Explicit = true)]
    public void The_history_that_HISTORY_names()
    {
        var history = History.Parse(Environment.GetEnvironmentVariable("HISTORY") ?? throw new InvalidOperationException("HISTORY names none."));
        var wrong = SimulatedPlay.Run(history, traced: true, out var world);
        foreach (var line in world.Lines)
        {
            output.WriteLine(line);
        }

        Assert.Null(wrong);
    }

    private static IReadOnlyList<string> Trace(History history)
    {
        Assert.Null(SimulatedPlay.Run(history, traced: true, out var world));
        return world.Lines;
    }

    private void Check(Config config)
    {
        var count = config.MaxTest;
        var before = Environment.CpuUsage.TotalTime;
        FsCheck.Check.One(
            config.WithEndSize(60).WithQuietOnSuccess(quietOnSuccess: true),
            Prop.ForAll(Histories(), history => Play(history) is { } wrong ? false.Label(Report(history, wrong)) : true.ToProperty()));
        output.WriteLine($"{count} histories in {(Environment.CpuUsage.TotalTime - before).TotalSeconds:0.0} s of processor time, {_effects} effects, {_duplicates} duplicates suppressed");
        Assert.True(_duplicates > count, "hardly anything was delivered twice");
    }

    private string? Play(History history)
    {
        var wrong = SimulatedPlay.Run(history, traced: false, out var world);
        _effects += world.Server.Tables.Effects.Committed().Count();
        _duplicates += world.Duplicates;
        return wrong;
    }

    private static string Report(History history, string wrong) =>
        $"{history}\n{wrong}\nHISTORY={history.Name} {Program} --filter-method '*The_history_that_HISTORY_names' --explicit only --output Detailed --show-live-output on";

    private static Arbitrary<History> Histories() => Arb.From(
        from seed in Gen.Choose(0, int.MaxValue - 100)
        from transactions in Gen.Choose(1, 60)
        from mischief in Gen.Elements(0, 5, 20)
        from crashes in Gen.Choose(0, 5)
        select new History(seed, transactions, mischief, crashes),
        Smaller);

    /// <summary>The same dice with less of everything.</summary>
    private static IEnumerable<History> Smaller(History history)
    {
        foreach (var less in (int[])[history.Transactions / 2, history.Transactions * 3 / 4, history.Transactions - 1])
        {
            if (less > 0 && less < history.Transactions)
            {
                yield return history with { Transactions = less };
            }
        }

        if (history.Crashes > 0)
        {
            yield return history with { Crashes = 0 };
            yield return history with { Crashes = history.Crashes - 1 };
        }

        if (history.Mischief > 0)
        {
            yield return history with { Mischief = 0 };
        }
    }
}
