using System.Diagnostics;
using System.Text.Json;
using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;

namespace Benchmarks.Runtime;

/// <summary>Ten thousand pods in a cache, ready to be reconciled. Beside it: the same pods read from a list and kept.</summary>
internal static class SyncBenchmark
{
    public static async Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken)
    {
        var (list, events) = (Pods.List(Pods.Count), Pods.Events(Pods.Count));
        (TimeSpan Cpu, long Memory) plain = default, cached = default;

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
                while (!running.Cache.HasSynced)
                {
                    await Task.Delay(1, cancellationToken);
                }

                return running;
            });
            await running!.DisposeAsync();
        }

        tell(new($"CPU to sync {Pods.Count:#,0} pods of {list.Length / Pods.Count:#,0} bytes", cached.Cpu.TotalMilliseconds, "ms")
        {
            Beside = ("deserialised from a list", plain.Cpu.TotalMilliseconds),
        });
    }

    private static async Task<(TimeSpan Cpu, long Memory)> MeasureAsync<T>(Func<Task<T>> work)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var kept = await work();
        var took = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(kept);
        return (took, memory);
    }
}
