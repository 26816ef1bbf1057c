using System.Diagnostics;
using Benchmarks.Messaging;
using Todo.Services.Tests.World;

namespace Benchmarks.Services;

/// <summary>A thousand tasks created at once through the API, until the last event is handled, with all four services as processes, over each transport.</summary>
internal static class CreatesBenchmark
{
    private const int Count = 1000;
    private const int WarmUp = 100;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken)
    {
        await using var servers = new Servers();
        await servers.InitializeAsync();
        await using (var platform = new Platform(servers))
        {
            await platform.InitializeAsync();
            await MeasureAsync(platform, "direct Kafka", tell, cancellationToken);
        }

        foreach (var (platform, name) in ((DaprPlatform, string)[])[(new DaprOnKafkaPlatform(servers), "Dapr on Kafka"), (new DaprOnRedisPlatform(servers), "Dapr on Redis")])
        {
            await using (platform)
            {
                await platform.StartedAsync();
                await MeasureAsync(platform, name, tell, cancellationToken);
            }
        }
    }

    private static async Task MeasureAsync(Platform platform, string name, Action<Figure> tell, CancellationToken cancellationToken)
    {
        await CreateAsync(platform, WarmUp);
        await HandledAsync(platform, WarmUp, cancellationToken);

        var watch = Stopwatch.StartNew();
        await CreateAsync(platform, Count);
        var answered = watch.Elapsed;
        await HandledAsync(platform, WarmUp + Count, cancellationToken);
        var handled = watch.Elapsed;

        tell(new($"{Count:#,0} concurrent creates, all answered, {name}", answered.TotalSeconds, "s"));
        tell(new($"{Count:#,0} concurrent creates, all events handled, {name}", handled.TotalSeconds, "s") { Bar = new(10, AtLeast: false) });
    }

    private static async Task CreateAsync(Platform platform, int count)
    {
        var user = platform.NewUser();
        await Task.WhenAll(Enumerable.Range(0, count).Select(n => user.CreateAsync(new { title = $"Task {n}" })));
    }

    private static Task HandledAsync(Platform platform, int count, CancellationToken cancellationToken) => Bench.UntilAsync(
        "every event is handled",
        async () => await platform.QueryAsync<long>("select count(*) from messaging.deliveries where state = 'handled'") == count,
        Look,
        cancellationToken);
}
