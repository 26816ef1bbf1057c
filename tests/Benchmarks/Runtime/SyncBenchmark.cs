using System.Text.Json;
using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;

namespace Benchmarks.Runtime;

/// <summary>Ten thousand pods in a cache, ready to be reconciled. Beside it: the same pods read from a list and kept.</summary>
internal static class SyncBenchmark
{
    /// <summary>Whatever takes longer is broken, not slow.</summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken)
    {
        var (list, events) = (Pods.List(Pods.Count), Pods.Events(Pods.Count));
        TimeSpan plain = default, cached = default;

        // The first rounds warm up.
        for (var round = 0; round < 3; round++)
        {
            plain = await MeasureAsync(async () =>
            {
                using var stream = new MemoryStream(list);
                return await JsonSerializer.DeserializeAsync(stream, KubernetesJson.Default.TypeInfo<KubernetesList<V1Pod>>(), cancellationToken) ?? throw new JsonException();
            });
            using var server = new CannedServer(list, events);
            RunningCache<V1Pod>? running = null;
            cached = await MeasureAsync(async () =>
            {
                running = new RunningCache<V1Pod>(server);
                await running.StartAsync(cancellationToken);
                await running.Synced.WaitAsync(Deadline, cancellationToken);
                return running;
            });
            await running!.DisposeAsync();
        }

        tell(new($"CPU to sync {Pods.Count:#,0} pods of {list.Length / Pods.Count:#,0} bytes", cached.TotalMilliseconds, "ms")
        {
            Beside = ("deserialised from a list", plain.TotalMilliseconds),
        });
    }

    private static async Task<TimeSpan> MeasureAsync<T>(Func<Task<T>> work)
    {
        GC.Collect();
        var before = Environment.CpuUsage.TotalTime;
        var kept = await work();
        var took = Environment.CpuUsage.TotalTime - before;
        GC.KeepAlive(kept);
        return took;
    }
}
