using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Todo.Notification.Jobs;

/// <summary>The sidecar's Jobs API (<c>/v1.0/jobs/{name}</c>): only an app's own sidecar can create or delete its job.</summary>
internal sealed class DaprJobs(HttpClient sidecar)
{
    /// <summary>Name of the job; the sidecar calls <c>POST /job/check-due-tasks</c>.</summary>
    public const string Name = "check-due-tasks";

    /// <summary>Whether the sidecar can take requests (<c>/v1.0/healthz/outbound</c>).</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken) =>
        await SendAsync(() => sidecar.GetAsync("v1.0/healthz/outbound", cancellationToken), cancellationToken) is { } status && (int)status < 300;

    /// <summary>Creates or replaces the job. Replacing also forgets missed ticks, which would come in one burst.</summary>
    /// <returns>False when the sidecar or the scheduler does not answer or refuses.</returns>
    public async Task<bool> ScheduleAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        // No ttl: it would delete the job. No repeats: unlimited.
        var body = new JsonObject
        {
            ["schedule"] = Every(interval),
            ["dueTime"] = "0s",
            ["overwrite"] = true,
            ["failurePolicy"] = new JsonObject { ["constant"] = new JsonObject { ["interval"] = "2s", ["maxRetries"] = 3 } },
        };
        using var content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        return await SendAsync(() => sidecar.PostAsync($"v1.0/jobs/{Name}", content, cancellationToken), cancellationToken) is { } status && (int)status < 300;
    }

    /// <summary>Deletes the job; one that is not there counts as deleted.</summary>
    /// <returns>False when the sidecar or the scheduler does not answer.</returns>
    public async Task<bool> DeleteAsync(CancellationToken cancellationToken) =>
        await SendAsync(() => sidecar.DeleteAsync($"v1.0/jobs/{Name}", cancellationToken), cancellationToken) is { } status && ((int)status < 300 || status == HttpStatusCode.NotFound);

    /// <summary>A Go duration; whole seconds where it is one, as people write it.</summary>
    internal static string Every(TimeSpan interval) =>
        interval.Ticks % TimeSpan.TicksPerSecond == 0
            ? string.Create(CultureInfo.InvariantCulture, $"@every {interval.TotalSeconds:0}s")
            : string.Create(CultureInfo.InvariantCulture, $"@every {interval.TotalMilliseconds:0}ms");

    private static async Task<HttpStatusCode?> SendAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await send();
            return response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
