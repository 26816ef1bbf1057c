using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Hosting.Todo;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>
/// Edits of what is there, which restart sidecars or pods: one app at a time, and nothing acknowledged is lost, doubled or refused. Long: `make test-long` runs it.
/// </summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class ReconfigureTests(PlatformFixture fixture)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly string[] Deployments = ["backend", "notification-service", "email-delivery", "recurring-service"];

    private TodoCluster Cluster => fixture.Cluster;

    private PlatformAsked Asked => new(Cluster, Deadline);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public Task Retries_and_sidecars_are_changed_one_app_at_a_time() => EditAsync(
        """{"spec":{"delivery":{"handlerTimeout":"7s"},"sidecar":{"memoryLimit":"300Mi"}}}""",
        async () =>
        {
            Assert.Equal("7s", await Asked.KubectlAsync("get", "resiliency", "todo-email-delivery-service", "-o", "jsonpath={.spec.policies.timeouts.handler}"));
            Assert.Equal(
                "300Mi 300Mi 300Mi 300Mi",
                await Asked.KubectlAsync("get", "deployments", "-o", @"jsonpath={.items[*].spec.template.metadata.annotations.dapr\.io/sidecar-memory-limit}"));
        },
        """{"spec":{"delivery":{"handlerTimeout":null},"sidecar":{"memoryLimit":null}}}""");

    [Fact(Explicit = true)]
    public Task Tracing_is_switched_on_and_off_one_app_at_a_time() => EditAsync(
        """{"spec":{"tracing":{"endpoint":"otel-collector:4317","sampling":0.5}}}""",
        async () => Assert.Equal(
            "otel-collector:4317 0.5;otel-collector:4317 0.5;otel-collector:4317 0.5;otel-collector:4317 0.5;",
            await Asked.KubectlAsync(
                "get", "configurations", "-o", "jsonpath={range .items[*]}{.spec.tracing.otel.endpointAddress} {.spec.tracing.samplingRate};{end}")),
        """{"spec":{"tracing":null}}""");

    /// <summary>The cursor of the reminders begins anew in the other tables: what was reminded of before is not reminded of again.</summary>
    [Fact(Explicit = true)]
    public Task The_state_store_gets_other_tables_and_the_old_ones_again() => EditAsync(
        """{"spec":{"stateStore":{"tablePrefix":"e2e_other_","cleanupInterval":"30m"}}}""",
        async () =>
        {
            Assert.Equal("e2e_other_ 30m", await Asked.KubectlAsync(
                "get", "components", "-o",
                "jsonpath={range .items[?(@.spec.type==\"state.postgresql\")]}{.spec.metadata[?(@.name==\"tablePrefix\")].value} {.spec.metadata[?(@.name==\"cleanupInterval\")].value}{end}"));
            Assert.Equal(1, await Cluster.CountAsync("select count(*) from pg_tables where tablename = 'e2e_other_state'"));
        },
        """{"spec":{"stateStore":{"tablePrefix":null,"cleanupInterval":null}}}""");

    private async Task EditAsync(string edit, Func<Task> assert, string back) => await UnderLoad.RunAsync(Cluster, DaprKafka, $"edit-{TestContext.Current.TestMethod!.MethodName}", async mover =>
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var most = MostRestlessAsync(over.Token);
        await ChangeAsync(mover, edit);
        await assert();
        await ChangeAsync(mover, back);
        await over.CancelAsync();
        Assert.Equal(1, await most);
    });

    private async Task ChangeAsync(Mover mover, string edit)
    {
        var epoch = await Asked.StatusAsync("move.epoch");
        await Asked.PatchAsync(edit);
        await Asked.UntilAsync("the reconfiguration", v => v.Phase == "Reconfiguring");
        await mover.FollowAsync(edit, Deadline, progress: null, Cancelled);
        Assert.NotEqual(epoch, await Asked.StatusAsync("move.epoch"));
        Assert.Equal("Completed", await Asked.StatusAsync("history[-1:].result"));
    }

    /// <summary>The highest number of services at a time of which a pod was not ready or being replaced. One that is on its way out is none of them any more.</summary>
    private async Task<int> MostRestlessAsync(CancellationToken enough)
    {
        var most = 0;
        using var timer = new PeriodicTimer(Look);
        try
        {
            while (await timer.WaitForNextTickAsync(enough))
            {
                var pods = Cluster.Kubernetes.Server.Api.List(ResourceTypes.Pods, TodoCluster.Namespace).Items
                    .Where(p => p["metadata"]!["deletionTimestamp"] is null)
                    .ToLookup(p => Deployments.Single(d => p["metadata"]!["name"]!.GetValue<string>().StartsWith(d + "-", StringComparison.Ordinal)));
                most = Math.Max(most, Deployments.Count(d => pods[d].Count() != 1 || !IsReady(pods[d].Single())));
            }
        }
        catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
        {
            // Over.
        }

        return most;
    }

    private static bool IsReady(JsonObject pod) =>
        pod["status"]?["conditions"]?.AsArray().Any(c => c?["type"]?.GetValue<string>() == "Ready" && c["status"]?.GetValue<string>() == "True") == true;
}
