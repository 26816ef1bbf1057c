using System.Diagnostics;
using System.Globalization;
using Benchmarks.Messaging;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;

namespace Benchmarks.Runtime;

/// <summary>From an event's last byte at the client to the reconcile that it causes, at 200 events a second, with a thousand objects in the cache.</summary>
internal static class ReactionBenchmark
{
    private const int Objects = 1000;
    private const int Events = 2000;

    public static async Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken)
    {
        using var server = new CannedServer([], Initial());
        var calls = System.Threading.Channels.Channel.CreateUnbounded<(string Value, long At)>();
        await using var running = new RunningCache<V1ConfigMap>(server, map => calls.Writer.TryWrite((map.Data!["n"], Stopwatch.GetTimestamp())));
        await running.StartAsync(cancellationToken);
        for (var n = 0; n < Objects; n++)
        {
            await calls.Reader.ReadAsync(cancellationToken);
        }

        List<double> times = [];
        for (var n = 1; n <= Events; n++)
        {
            var line = CannedServer.Line("MODIFIED", Map(n % Objects, Objects + n));
            var sent = Stopwatch.GetTimestamp();
            await server.Events.WriteAsync(line, cancellationToken);
            var (value, at) = await calls.Reader.ReadAsync(cancellationToken);
            if (value != (Objects + n).ToString(CultureInfo.InvariantCulture))
            {
                throw new InvalidOperationException($"the reconcile saw {value} after event {Objects + n}");
            }

            times.Add(Stopwatch.GetElapsedTime(sent, at).TotalMilliseconds);
            await Task.Delay(5, cancellationToken);
        }

        // The first half warms up.
        times.RemoveRange(0, Events / 2);
        tell(new("event to reconcile, p50", times.Percentile(0.5), "ms"));
        tell(new("event to reconcile, p99", times.Percentile(0.99), "ms"));
    }

    private static string Map(int number, int version) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"m{{{number}}}","namespace":"default","uid":"u{{{number}}}","resourceVersion":"{{{version}}}"},"data":{"n":"{{{version}}}"}}""");

    private static byte[] Initial()
    {
        using var bytes = new MemoryStream();
        foreach (var n in Enumerable.Range(0, Objects))
        {
            bytes.Write(CannedServer.Line("ADDED", Map(n, n + 1)));
        }

        bytes.Write(CannedServer.Line(
            "BOOKMARK",
            $$$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"{{{{Objects}}}}","annotations":{"k8s.io/initial-events-end":"true"}}}"""));
        return bytes.ToArray();
    }
}
