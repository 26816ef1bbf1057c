using System.Globalization;
using System.Net;
using System.Text;
using LocalCluster.Sidecar.Delivery;
using LocalCluster.Sidecar.Metrics;
using LocalCluster.Sidecar.Scheduler.Protocol;

namespace LocalCluster.Sidecar.Jobs;

/// <summary>The callback <c>POST /job/{name}</c>.</summary>
internal sealed class JobCalls(AppChannel app, SidecarMetrics metrics, TimeProvider time, ILogger log)
{
    private readonly CancellationTokenSource _abort = new();
    public void Abort() => _abort.Cancel();

    /// <summary>2xx is done; so is 404, which only a log line and a metric tell. Anything else is a failure for the job's own policy.</summary>
    public async Task<bool> FireAsync(SchedulerMessage firing)
    {
        var started = time.GetTimestamp();
        var taken = false;
        var counted = false;
        try
        {
            var body = firing.Data is null ? [] : Encoding.UTF8.GetBytes(firing.Data);
            var response = await app.SendAsync(HttpMethod.Post, "/job/" + Uri.EscapeDataString(firing.Name!), body, "application/json", [], _abort.Token);
            taken = response.IsSuccess;
            counted = response.Status == HttpStatusCode.NotFound;
            if (counted)
            {
                JobWatchLog.NoRoute(log, firing.Name!);
            }
            else if (!taken)
            {
                JobWatchLog.NotTaken(log, firing.Name!, ((int)response.Status).ToString(CultureInfo.InvariantCulture));
            }
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            JobWatchLog.NotTaken(log, firing.Name!, error.Message);
        }
        finally
        {
            metrics.JobTriggered(taken, time.GetElapsedTime(started));
        }

        return taken || counted;
    }
}
