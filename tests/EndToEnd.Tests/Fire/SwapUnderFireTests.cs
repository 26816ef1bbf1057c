using System.Diagnostics;
using System.Globalization;
using LocalCluster.Hosting.Todo;

namespace EndToEnd.Tests.Fire;

/// <summary>
/// Brokers are swapped while pods, sidecars, the operator, both brokers and the database fail at random. A swap may be rolled back; nothing that was acknowledged is
/// lost, nothing is done twice, and what nobody answered succeeds once when it is repeated. Long: `make chaos SEED=7`, or ten seeds in `make test-long`.
/// </summary>
public sealed class SwapUnderFireTests(PlatformFixture fixture)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan Repeat = TimeSpan.FromMinutes(2);

    private TodoCluster Cluster => fixture.Cluster;

    private PlatformAsked Asked => new(Cluster, Deadline);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<int> SeedsToPlay() => [.. Seeds.ToPlay()];

    [Theory(Explicit = true, SkipTestWithoutData = true)]
    [MemberData(nameof(SeedsToPlay))]
    public async Task Nothing_is_lost_or_doubled(int seed)
    {
        var plan = FirePlan.Of(seed);
        var fire = new FireLighter(Cluster);
        var swaps = new List<string>();
        var account = await UnderLoad.RunAsync(Cluster, plan.From, $"fire-{seed}", async mover =>
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            var burning = fire.BurnAsync(plan.Steps, enough.Token);
            try
            {
                foreach (var destination in plan.Swaps)
                {
                    swaps.Add($"{destination.Name} {await SwapAsync(mover, destination)}");
                }
            }
            finally
            {
                await enough.CancelAsync();
                await burning;
            }

            await EndAsync(mover, plan.Swaps[^1]);
        }, repeatFor: Repeat, mostDoubtful: async () => Math.Min(fire.MostDoubtful, await Cluster.CountDoubtfulAsync()));

        var line = $"from {plan.From.Name}: {string.Join(", ", swaps)}; {fire.Count} faults ({fire}); {account.Describe(most: 0)}";
        Console.WriteLine($"seed {seed.ToString(CultureInfo.InvariantCulture)} {line}");
        Seeds.WriteDown(seed, line);
    }

    /// <summary>Asks, and waits for one end or the other.</summary>
    /// <returns>Which, and how long it took.</returns>
    private async Task<string> SwapAsync(Mover mover, Destination destination)
    {
        var watch = Stopwatch.StartNew();
        await mover.AskAsync(destination, Cancelled);
        var end = "";
        await Asked.UntilAsync($"an end of the way to {destination.Name}", v =>
        {
            end = v.Is("Migrated") ? "reached" : v.Is("RolledBack") ? $"given up ({v.Reason("RolledBack").Split(':')[0]})" : "";
            return end.Length > 0;
        });
        return string.Create(CultureInfo.InvariantCulture, $"{end} in {watch.Elapsed.TotalSeconds:0} s");
    }

    /// <summary>Once nothing fails any more, everything comes to where it was asked to be; what was given up is tried again.</summary>
    private async Task EndAsync(Mover mover, Destination last)
    {
        await Asked.KubectlAsync("wait", "pod", "--all", "--for=condition=Ready", $"--timeout={Repeat.TotalSeconds}s");
        await Asked.AnnotateAsync("retry", Guid.NewGuid().ToString("N"));
        await Asked.UntilAsync("the platform where it was asked to be", v => v.Is("Migrated"));
        await mover.FollowAsync(last.Name, Deadline, progress: null, Cancelled);
    }
}
