using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Sidecar.Tests.Support;

namespace LocalCluster.Sidecar.Tests.Jobs;

/// <summary>The Jobs API with the scheduler as a process of its own.</summary>
public sealed class JobTests : IDisposable
{
    private readonly SchedulerProcess _scheduler = new();
    private readonly string _app = Brokers.NewTopic("jobs");

    public void Dispose() => _scheduler.Dispose();

    [Fact]
    public async Task Codes_of_the_jobs_api()
    {
        await using var pod = await PodAsync();
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(pod, "a", """{"schedule":"@every 1h"}"""));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(pod, "a", """{"schedule":"@every 1h"}"""));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(pod, "a", """{"schedule":"@every 2h","overwrite":true,"data":{"x":1}}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(pod, "b", """{"name":"b","schedule":"@every 1h"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(pod, "b", "{}"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(pod, "b", """{"schedule":"@every 1h","repeats":-1}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(pod, "b", """{"schedule":"@every 1h","failurePolicy":{"constant":{"interval":"500ms"}}}"""));
        Assert.Equal(HttpStatusCode.InternalServerError, await PostAsync(pod, "b", """{"schedule":"*/5 * * * *"}"""));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(pod, "c", """{"schedule":"0 0 4 * * *","failurePolicy":{"constant":{"interval":"0.5s","maxRetries":2}}}"""));
        using (var got = await pod.Sidecar.Http.GetAsync($"{pod.Sidecar.Api}/v1.0/jobs/a"))
        {
            var job = JsonNode.Parse(await got.Content.ReadAsStringAsync())!;
            Assert.Equal("@every 2h", job["schedule"]!.GetValue<string>());
            Assert.Equal(1, job["data"]!["value"]!["x"]!.GetValue<int>());
        }

        using var unknown = await pod.Sidecar.Http.GetAsync($"{pod.Sidecar.Api}/v1.0/jobs/unknown");
        Assert.Equal(HttpStatusCode.InternalServerError, unknown.StatusCode);
        using var deleted = await pod.Sidecar.Http.DeleteAsync($"{pod.Sidecar.Api}/v1.0/jobs/unknown");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var put = await pod.Sidecar.Http.PutAsync($"{pod.Sidecar.Api}/v1.0/jobs/a", null);
        Assert.Equal(HttpStatusCode.NotFound, put.StatusCode);
        var addresses = (await pod.Sidecar.MetadataAsync())["scheduler"]!["connected_addresses"]!.AsArray();
        Assert.Equal(_scheduler.Address, Assert.Single(addresses)!.GetValue<string>());
    }

    [Fact]
    public async Task A_job_calls_the_app_with_its_data_and_ends_after_its_repeats()
    {
        await using var pod = await PodAsync();
        await PostAsync(pod, "tick", """{"schedule":"@every 1s","dueTime":"0s","repeats":2,"data":{"x":1}}""");
        await PostAsync(pod, "once", """{"dueTime":"0s"}""");
        await Eventually.IsTrueAsync(() => pod.App.Received("/job/tick").Count == 2 && pod.App.Received("/job/once").Count == 1, "three firings");
        var call = pod.App.Received("/job/tick")[0];
        Assert.Equal("POST", call.Method);
        Assert.Equal("""{"x":1}""", call.Body);
        Assert.Equal("application/json", call.Headers["Content-Type"]);
        Assert.Equal("", pod.App.Received("/job/once")[0].Body);
        await Eventually.IsTrueAsync(async () =>
        {
            using var gone = await pod.Sidecar.Http.GetAsync($"{pod.Sidecar.Api}/v1.0/jobs/tick");
            return gone.StatusCode == HttpStatusCode.InternalServerError;
        },
        "the job is over");
    }

    [Theory]
    [InlineData(500, "", 4)]
    [InlineData(404, "", 1)]
    [InlineData(500, ""","failurePolicy":{"drop":{}}""", 1)]
    [InlineData(500, ""","failurePolicy":{"constant":{"interval":"0.1s","maxRetries":1}}""", 2)]
    public async Task A_failed_firing_is_repeated_by_its_policy_and_404_counts_as_done(int status, string policy, int calls)
    {
        await using var pod = await PodAsync();
        pod.App.Handler = _ => Task.FromResult(new AppReply(status));
        await PostAsync(pod, "j", $$"""{"dueTime":"0s"{{policy}}}""");
        await Eventually.IsTrueAsync(() => pod.App.Received("/job/j").Count >= calls, $"{calls} calls");
        await Eventually.NeverAsync(() => pod.App.Received("/job/j").Count > calls, TimeSpan.FromSeconds(1.3), "no further call");
    }

    [Fact]
    public async Task Two_sidecars_share_the_ticks_and_the_next_one_waits_for_the_reply()
    {
        await using var first = await PodAsync();
        await using var second = await PodAsync();
        var running = 0;
        var overlap = false;
        async Task<AppReply> SlowAsync(AppCall call)
        {
            overlap |= Interlocked.Increment(ref running) > 1;
            await Task.Delay(150);
            Interlocked.Decrement(ref running);
            return AppReply.Ok;
        }

        (first.App.Handler, second.App.Handler) = (SlowAsync, SlowAsync);
        await PostAsync(first, "shared", """{"schedule":"@every 100ms","dueTime":"0s"}""");
        await Eventually.IsTrueAsync(() => first.App.Received("/job/shared").Count >= 3 && second.App.Received("/job/shared").Count >= 3, "both get some");
        Assert.False(overlap, "two ticks of one job at the same time");
    }

    [Fact]
    public async Task Missed_ticks_come_all_when_a_sidecar_is_back()
    {
        await using var pod = await PodAsync();
        await PostAsync(pod, "missed", """{"schedule":"@every 200ms"}""");
        await Eventually.IsTrueAsync(() => pod.App.Received("/job/missed").Count > 0, "it fires");
        Assert.Equal(0, await pod.Sidecar.StopAsync());
        var away = DateTimeOffset.UtcNow;
        await Eventually.NeverAsync(() => false, TimeSpan.FromSeconds(2), "time passes without a sidecar");
        var before = pod.App.Received("/job/missed").Count;
        await pod.Sidecar.StartAsync();
        var expected = (int)((DateTimeOffset.UtcNow - away).TotalMilliseconds / 200) - 2;
        await Eventually.IsTrueAsync(() => pod.App.Received("/job/missed").Count >= before + expected, $"{expected} missed ticks are played back");
    }

    [Fact]
    public async Task Jobs_survive_a_killed_scheduler_which_the_sidecar_finds_again()
    {
        await using var pod = await PodAsync();
        await PostAsync(pod, "durable", """{"schedule":"@every 300ms"}""");
        await Eventually.IsTrueAsync(() => pod.App.Received("/job/durable").Count > 0, "it fires");
        _scheduler.KillNow();
        _scheduler.Restart();
        var before = pod.App.Received("/job/durable").Count;
        await Eventually.IsTrueAsync(() => pod.App.Received("/job/durable").Count >= before + 3, "it fires again");
    }

    [Fact]
    public async Task A_scheduler_that_comes_back_learns_what_the_app_has_become_meanwhile()
    {
        await using var pod = await PodAsync("--enable-app-health-check", "--app-health-probe-interval", "1", "--app-health-threshold", "1");
        await PostAsync(pod, "healthy", """{"schedule":"@every 200ms"}""");
        await Eventually.IsTrueAsync(() => pod.App.Received("/job/healthy").Count > 0, "it fires");
        _scheduler.KillNow();
        await pod.TurnAsync(healthy: false);
        var count = pod.App.Received("/job/healthy").Count;
        var before = pod.Sidecar.Process.Said("Connected and received scheduler hosts addresses");
        _scheduler.Restart();
        await Eventually.IsTrueAsync(() => pod.Sidecar.Process.Said("Connected and received scheduler hosts addresses") > before, "the sidecar is connected again");
        await Eventually.NeverAsync(() => pod.App.Received("/job/healthy").Count > count, TimeSpan.FromSeconds(1.5), "a firing for an unhealthy app");
        pod.App.Healthy = true;
        await Eventually.IsTrueAsync(() => pod.App.Received("/job/healthy").Count > count + 5, "missed ticks come");
    }

    [Fact]
    public async Task An_unhealthy_app_gets_no_firing()
    {
        await using var pod = await PodAsync("--enable-app-health-check", "--app-health-probe-interval", "1", "--app-health-threshold", "1");
        await PostAsync(pod, "healthy", """{"schedule":"@every 200ms"}""");
        await Eventually.IsTrueAsync(() => pod.App.Received("/job/healthy").Count > 0, "it fires");
        pod.App.Healthy = false;
        await Eventually.SettlesAsync(() => pod.App.Received("/job/healthy").Count, TimeSpan.FromSeconds(1.5), "firings stop");
        var count = pod.App.Received("/job/healthy").Count;
        pod.App.Healthy = true;
        await Eventually.IsTrueAsync(() => pod.App.Received("/job/healthy").Count > count + 5, "missed ticks come");
    }

    private Task<Pod> PodAsync(params string[] arguments) =>
        Pod.Create(_app, ["--scheduler-host-address", _scheduler.Address, .. arguments]).StartAsync();

    private static async Task<HttpStatusCode> PostAsync(Pod pod, string name, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await pod.Sidecar.Http.PostAsync($"{pod.Sidecar.Api}/v1.0/jobs/{name}", content);
        return response.StatusCode;
    }
}
