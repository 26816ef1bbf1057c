using System.Diagnostics;
using System.Net;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>SIGTERM in the middle of work.</summary>
[Collection(nameof(Platform))]
public sealed class ShutdownTests(Platform platform)
{
    [Fact]
    public async Task SIGTERM_under_load_ends_within_10_seconds_and_loses_nothing_that_was_answered()
    {
        await using var backend = await platform.StartAsync("Todo.Backend", 8000);
        var user = new ApiClient(backend.Http, Guid.NewGuid().ToString("N")[..12]);
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<long>();
        var enough = new TaskCompletionSource();
        var writers = Enumerable.Range(0, 8).Select(_ => WriteUntilRefusedAsync(user, acknowledged, enough)).ToArray();
        await enough.Task;

        var watch = Stopwatch.StartNew();
        backend.Terminate();
        await Eventually.SeeAsync("the end of the process", () => Task.FromResult(backend.HasEnded), ended => ended);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
        await Task.WhenAll(writers);

        var rows = await platform.QueryAsync<long[]>("select array_agg(id) from tasks where user_id = $1", user.UserId);
        Assert.Empty(acknowledged.Except(rows!));
        // Its outbox is empty, or what is left is sent by the other pod.
        await Eventually.SeeAsync(
            "every event sent",
            () => platform.QueryAsync<long>("select count(*) from messaging.outbox where sent_at is null and key = any($1)", (object)acknowledged.Select(id => id.ToString(provider: null)).ToArray()),
            unsent => unsent == 0);
    }

    private static async Task WriteUntilRefusedAsync(ApiClient user, System.Collections.Concurrent.ConcurrentBag<long> acknowledged, TaskCompletionSource enough)
    {
        try
        {
            while (true)
            {
                acknowledged.Add((await user.CreateAsync(new { title = "x" })).Id);
                if (acknowledged.Count >= 100)
                {
                    enough.TrySetResult();
                }
            }
        }
        catch (HttpRequestException e) when (e.StatusCode is null or HttpStatusCode.ServiceUnavailable)
        {
            // The listener is gone.
        }
    }
}
