using System.Globalization;
using System.Text.Json;
using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;

namespace Benchmarks.Runtime;

/// <summary>Private memory of ten thousand pods in a cache beyond that of the same process without them, and of the operator itself with ever more platforms.</summary>
internal static class MemoryBenchmark
{
    private static IEnumerable<int> Counts =>
        (Environment.GetEnvironmentVariable("BENCH_PLATFORMS") ?? "1,100,1000").Split(',').Select(static c => int.Parse(c, CultureInfo.InvariantCulture));

    public static async Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken)
    {
        var (list, events) = (Pods.List(Pods.Count), Pods.Events(Pods.Count));
        await CacheAsync(Pods.List(10), Pods.Events(10), cancellationToken);
        var cache = await CacheAsync(list, events, cancellationToken);
        var plain = await PlainAsync(list, cancellationToken);
        tell(new($"private memory of {Pods.Count:#,0} pods in a cache", cache / 1e6, "MB") { Beside = ("deserialised from a list and kept", plain / 1e6) });
        (long Private, long Managed) idle;
        await using (var empty = await PlatformWorld.StartAsync(cancellationToken))
        {
            idle = await empty.MeasureAsync(cancellationToken);
        }

        foreach (var count in Counts)
        {
            await using var world = await PlatformWorld.StartAsync(cancellationToken);
            for (var number = 0; number < count; number++)
            {
                world.Add(number);
            }

            var (taken, managed) = await world.MeasureAsync(cancellationToken);
            tell(new($"private memory of the operator with {count:#,0} platforms", taken / 1e6, "MB")
            {
                Beside = ("with none", idle.Private / 1e6),
                Bar = count switch { 1 => new Bar(30, AtLeast: false), 1000 => new Bar(100, AtLeast: false), _ => null },
            });
            tell(new($"its managed heap after a full collection, with {count:#,0} platforms", managed / 1e6, "MB") { Beside = ("with none", idle.Managed / 1e6) });
        }
    }

    private static async Task<long> CacheAsync(byte[] list, byte[] events, CancellationToken cancellationToken)
    {
        var before = PrivateMemory.OfThisProcess();
        using var server = new CannedServer(list, events);
        await using var running = new RunningCache<V1Pod>(server);
        await running.StartAsync(cancellationToken);
        await running.Synced.WaitAsync(SyncBenchmark.Deadline, cancellationToken);
        return PrivateMemory.OfThisProcess() - before;
    }

    private static async Task<long> PlainAsync(byte[] list, CancellationToken cancellationToken)
    {
        var before = PrivateMemory.OfThisProcess();
        using var stream = new MemoryStream(list);
        var kept = await JsonSerializer.DeserializeAsync(stream, KubernetesJson.Default.TypeInfo<KubernetesList<V1Pod>>(), cancellationToken);
        var taken = PrivateMemory.OfThisProcess() - before;
        GC.KeepAlive(kept);
        return taken;
    }
}
