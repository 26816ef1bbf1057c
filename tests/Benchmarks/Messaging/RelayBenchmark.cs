using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Confluent.Kafka;
using Todo.Contracts.CloudEvents;
using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Messaging.Tests.World;

namespace Benchmarks.Messaging;

/// <summary>One instance sends what is in its outbox. Beside it: the same number of messages sent to the same broker from memory, without an outbox.</summary>
internal static class RelayBenchmark
{
    private const int Count = 10_000;
    private const int Rounds = 3;
    private const int Concurrency = 24;

    private static readonly string Body = new('x', 500);

    public static Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken) => Bench.OverEachWireAsync(async (platform, wire, name) =>
    {
        var producer = await platform.StartProducerAsync();
        List<double> rates = [];
        // The first round warms up.
        for (var round = 0; round <= Rounds; round++)
        {
            await Bench.FillAsync(platform, producer, Count);
            rates.Add(await Bench.SendAllAsync(platform, producer, Count, cancellationToken));
        }

        await SendFromMemoryAsync(platform, wire, producer, cancellationToken);
        var bare = await SendFromMemoryAsync(platform, wire, producer, cancellationToken);
        tell(new($"relay over {name}", rates[1..].Median(), "events/s")
        {
            Bar = new(2000, AtLeast: true),
            Beside = (wire == Wire.DirectKafka ? "the same client, from memory" : "HTTP requests to the same sidecar, from memory", bare),
        });
    });

    private static async Task<double> SendFromMemoryAsync(Platform platform, Wire wire, TestService producer, CancellationToken cancellationToken)
    {
        if (wire == Wire.DirectKafka)
        {
            return Produce(platform.Log.Address);
        }

        var watch = Stopwatch.StartNew();
        await PublishAsync(producer, platform.TransportOf(producer.Options.AppId), cancellationToken);
        return Count / watch.Elapsed.TotalSeconds;
    }

    private static double Produce(string bootstrapServers)
    {
        var config = new ProducerConfig { BootstrapServers = bootstrapServers, Acks = Acks.All, EnableIdempotence = true, LingerMs = 0.5 };
        using var producer = new ProducerBuilder<string, byte[]>(config).Build();
        var value = Encoding.UTF8.GetBytes(Body);
        producer.ProduceAsync(Platform.Topic, new() { Key = "connects", Value = value }).GetAwaiter().GetResult();
        var watch = Stopwatch.StartNew();
        for (var n = 0; n < Count; n++)
        {
            producer.Produce(Platform.Topic, new() { Key = $"task-{n % 500}", Value = value });
        }

        producer.Flush();
        return Count / watch.Elapsed.TotalSeconds;
    }

    private static async Task PublishAsync(TestService producer, string component, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{producer.Options.BindAddress}:3500") };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Count),
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (n, token) =>
            {
                using var content = new StringContent(
                    $$"""{"specversion":"1.0","id":"{{n}}","source":"bench","type":"bench","data":"{{Body}}"}""", new MediaTypeHeaderValue(CloudEvent.ContentType));
                using var answer = await http.PostAsync(new Uri($"/v1.0/publish/{component}/{Platform.Topic}?metadata.partitionKey=task-{n % 500}", UriKind.Relative), content, token);
                answer.EnsureSuccessStatusCode();
            });
    }
}
