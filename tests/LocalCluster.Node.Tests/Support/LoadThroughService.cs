using System.Collections.Concurrent;

namespace LocalCluster.Node.Tests.Support;

/// <summary>Clients that ask a Service again and again over kept-alive connections, and note every request that fails.</summary>
public sealed class LoadThroughService : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _clients;
    private long _requests;

    public LoadThroughService(Uri uri, int clients)
    {
        _clients = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => AskAsync(uri))));
    }

    public ConcurrentBag<string> Failures { get; } = [];

    public ConcurrentDictionary<string, bool> Answers { get; } = new(StringComparer.Ordinal);

    public long Requests => Interlocked.Read(ref _requests);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _clients;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task AskAsync(Uri uri)
    {
        // A connection of its own, never idle for long: one that lies idle may be used in the moment in which the server closes it, and
        // no server can prevent that.
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });
        var last = TimeProvider.System.GetTimestamp();
        while (!_stop.IsCancellationRequested)
        {
            var sent = TimeProvider.System.GetTimestamp();
            try
            {
                // POST with a body, because HttpClient quietly repeats a GET whose connection was closed under it.
                using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new StringContent("x") };
                using var response = await http.SendAsync(request);
                var text = await response.Content.ReadAsStringAsync();
                if (!response.IsSuccessStatusCode)
                {
                    Failures.Add($"{(int)response.StatusCode}");
                }

                last = TimeProvider.System.GetTimestamp();
                Answers.TryAdd(text, value: true);
                Interlocked.Increment(ref _requests);
                await Task.Delay(1);
            }
            catch (Exception e)
            {
                Failures.Add($"sent {TimeProvider.System.GetElapsedTime(last, sent).TotalMilliseconds:0} ms after the last answer: {e}");
            }
        }
    }
}
