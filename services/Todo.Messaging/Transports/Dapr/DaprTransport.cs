using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Todo.Contracts.CloudEvents;
using Todo.Messaging.Publishing;

namespace Todo.Messaging.Transports.Dapr;

/// <summary>
/// Publishes to one pub/sub Component through the sidecar, with the envelope made here: Dapr keeps id, source, type and extensions of a body sent as
/// <c>application/cloudevents+json</c>. Everything but a 2xx means that the event is sent again, 404 (a Component that is being reloaded) included.
/// </summary>
internal sealed class DaprTransport(string component, DaprSidecar sidecar, TimeProvider time) : ITransport
{
    private const int Concurrency = 24;

    private static readonly MediaTypeHeaderValue ContentType = new(CloudEvent.ContentType);

    private volatile bool _ready;

    public string Name => component;

    public async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken) =>
        _ready || (_ready = await sidecar.IsReadyAsync(cancellationToken));

    public async Task<SendResult[]> SendAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
    {
        var results = new SendResult[events.Count];
        if (!sidecar.IsExpected)
        {
            Array.Fill(results, new(time.GetTimestamp(), "this pod has no sidecar"));
            return results;
        }

        Array.Fill(results, new(time.GetTimestamp(), "not sent before the end"));
        var stoppedLanes = new ConcurrentDictionary<short, bool>();
        // One chain of requests per key: in order within it, and many chains at a time.
        var chains = Enumerable.Range(0, events.Count).GroupBy(x => events[x].Key);
        var sending = Parallel.ForEachAsync(
            chains,
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (chain, token) =>
            {
                foreach (var index in chain)
                {
                    var value = events[index];
                    var started = time.GetTimestamp();
                    var error = stoppedLanes.ContainsKey(value.Lane) ? "an earlier event of the lane was not sent" : await PublishAsync(value, token);
                    results[index] = new(started, error);
                    if (error is not null)
                    {
                        stoppedLanes.TryAdd(value.Lane, true);
                        _ready = false;
                    }
                }
            });
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return results;
    }

    private async Task<string?> PublishAsync(OutboxEvent value, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(PathOf(value), UriKind.Relative));
            request.Content = new ByteArrayContent(value.ToBytes());
            request.Content.Headers.ContentType = ContentType;
            using var response = await sidecar.Http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? null
                : $"{(int)response.StatusCode} {Shorten(await response.Content.ReadAsStringAsync(cancellationToken))}";
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {DaprSidecar.PublishTimeout.TotalSeconds} s";
        }
    }

    private string PathOf(OutboxEvent value) =>
        $"/v1.0/publish/{Uri.EscapeDataString(component)}/{Uri.EscapeDataString(value.Topic)}?metadata.partitionKey={Uri.EscapeDataString(value.Key)}";

    private static string Shorten(string text) => text.Length <= 300 ? text : text[..300];
}
