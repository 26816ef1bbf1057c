using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Operator.Tests.Support;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Histories;

/// <summary>What holds after every history, on a real database. LAW_RUNS says how many are played; 25 unless it says otherwise.</summary>
public sealed class HistoryLaws(TestServers servers, ITestOutputHelper output)
{
    private static readonly Config Sample = Laws.FromFixedSeed(25);

    [Fact]
    public async Task Every_committed_change_has_its_effect_once_keys_keep_their_order_and_the_ledger_equals_a_recount()
    {
        await using var stage = await Stage.SetAsync(servers);
        await Task.Run(() => CheckAll(stage));
        output.WriteLine($"{Sample.MaxTest} histories, {await stage.World.EffectsAsync()} effects, {stage.Duplicates} duplicates suppressed");
        Assert.True(stage.Duplicates > 0, "nothing was ever delivered twice");
    }

    /// <summary>The numbers of what is under way, too: some events are held, some are lost on their way.</summary>
    [Fact]
    public async Task The_ledger_equals_a_recount_in_the_middle_of_a_history()
    {
        await using var stage = await Stage.SetAsync(servers);
        stage.Begin(new(Seed: 5, Transactions: 0, Mischief: 0, Crashes: 0));
        foreach (var producer in stage.Producers)
        {
            await stage.ChangeAsync(producer.Outbox, ["task-0", "task-1", "task-2", "poison"], TimeSpan.Zero, commit: true);
        }

        await Eventually.SeeAsync(() => stage.Broker.Waiting == 8, "all sent, and none delivered");
        await Eventually.SeeAsync(() => stage.World.ScalarAsync<long>("select count(*) from messaging.outbox where sent_at is not null"), x => x == 8, "all marked");
        stage.Broker.IsAway = true;
        await stage.ChangeAsync(stage.Producers[0].Outbox, ["task-0", "task-3", "task-4"], TimeSpan.Zero, commit: true);
        for (var i = 0; i < 5; i++)
        {
            Assert.True(await stage.DeliverAsync(acknowledgementsAreLost: false));
        }

        Assert.Equal(6, await stage.World.DeliveriesAsync("open"));
        Assert.Null(await Recount.OfLedgerAsync(stage));
    }

    private static void CheckAll(Stage stage) => Check.One(
        Sample.WithQuietOnSuccess(quietOnSuccess: true),
        Prop.ForAll(Histories(), history => PlayAsync(stage, history).GetAwaiter().GetResult() is { } wrong ? false.Label($"{history}\n{wrong}") : true.ToProperty()));

    private static async Task<string?> PlayAsync(Stage stage, History history)
    {
        await Play.RunAsync(stage, history);
        return await Recount.OfEffectsAsync(stage.World)
            ?? Recount.OfOrder(stage.Broker.Received)
            ?? await Recount.OfLedgerAsync(stage);
    }

    // A history is not shrunk: it runs on a clock of its own, and a smaller one is another one.
    private static Arbitrary<History> Histories() =>
        (from seed in Gen.Choose(0, int.MaxValue - 100)
         from transactions in Gen.Choose(1, 60)
         from mischief in Gen.Elements(0, 5, 20)
         from crashes in Gen.Choose(0, 3)
         select new History(seed, transactions, mischief, crashes)).ToArbitrary();
}
