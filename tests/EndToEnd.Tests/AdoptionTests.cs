using LocalCluster.Hosting.Todo;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>
/// Services as a Helm chart left them (samples/takeover), under load and with kubectl: refused with the lines to remove, then taken over, upgraded by their owner in
/// mid-move, and given back. Long: `make test-long` runs it.
/// </summary>
public sealed class AdoptionTests(PlatformFixture fixture)
{
    private const string FromConfigMap = "jsonpath={.spec.template.spec.containers[0].env[?(@.name==\"USE_DAPR\")].valueFrom.configMapKeyRef.name}";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private TodoCluster Cluster => fixture.Cluster;

    private PlatformAsked Asked => new(Cluster, Deadline);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task A_variable_of_somebody_else_is_taken_over_and_given_back()
    {
        try
        {
            await Cluster.ApplyAsync("samples/takeover", Cancelled);
            await UnderLoad.RunAsync(Cluster, DirectKafka, "takeover", async mover =>
            {
                await RefusedAsync(mover);

                await fixture.ApplyAsync(DaprKafka, "takeover/todoplatform.yaml");
                await mover.FollowAsync("the services taken over", Deadline, progress: null, Cancelled);
                await AssertTakenAsync();

                await UpgradeInMidMoveAsync(mover);

                await Asked.KubectlAsync("delete", "todoplatform", TodoCluster.Platform, "--timeout", $"{Deadline.TotalSeconds:0}s");
                Assert.Equal("todo-app-config", await Asked.KubectlAsync("get", "deployment", "backend", "-o", FromConfigMap));
                Assert.Equal("", await OriginalAsync());
            });
        }
        finally
        {
            // For the tests after this one.
            await Cluster.ApplyAsync("config/services", Cancelled);
            await fixture.ApplyAsync(DirectKafka);
        }
    }

    private async Task RefusedAsync(Mover mover)
    {
        await mover.AskAsync(DaprKafka, Cancelled);
        await Asked.UntilAsync("a refusal", v => v.Is("PreflightPassed", "False"));
        var message = await Asked.StatusAsync("conditions[?(@.type==\"PreflightPassed\")].message");
        Assert.Contains("USE_DAPR", message, StringComparison.Ordinal);
        Assert.Contains("configMapKeyRef", message, StringComparison.Ordinal);
        Assert.Contains("spec.adoption: TakeOver", message, StringComparison.Ordinal);
        Assert.Equal("todo-app-config", await Asked.KubectlAsync("get", "deployment", "backend", "-o", FromConfigMap));
    }

    /// <summary>
    /// What `helm upgrade` does, which merges three ways: the API server refuses a variable with both a literal and valueFrom, so nothing changes. And what
    /// `helm upgrade --force` does, which replaces: everything that the operator has set is gone, in mid-move, and put back.
    /// </summary>
    private async Task UpgradeInMidMoveAsync(Mover mover)
    {
        await mover.AskAsync(DaprRedis, Cancelled);
        await Asked.UntilAsync("the publishers", v => v.Stage == "Publishers");
        var chart = Deployments(await Cluster.RenderAsync("samples/takeover", Cancelled));
        var (code, _, error) = await Cluster.Kubectl.TryAsync(chart, Cancelled, "apply", "-f", "-");
        Assert.NotEqual(0, code);
        Assert.Contains("may not be specified when `value` is not empty", error, StringComparison.Ordinal);
        await AssertTakenAsync();

        await Cluster.Kubectl.RunAsync(chart, Cancelled, "replace", "-f", "-");
        await mover.FollowAsync("the move through an upgrade", Deadline, progress: null, Cancelled);
        await AssertTakenAsync();
        await Asked.AssertPublishersAsync("redis");
    }

    private static string Deployments(string manifests) =>
        string.Join("\n---\n", manifests.Split("\n---\n").Where(m => m.Contains("kind: Deployment", StringComparison.Ordinal)));

    private async Task AssertTakenAsync()
    {
        foreach (var deployment in (string[])["backend", "notification-service", "email-delivery", "recurring-service"])
        {
            Assert.Equal("true", await Asked.VariableAsync(deployment, "USE_DAPR"));
            Assert.Equal("", await Asked.KubectlAsync("get", "deployment", deployment, "-o", FromConfigMap));
        }

        Assert.Contains("todo-app-config", await OriginalAsync(), StringComparison.Ordinal);
    }

    private Task<string> OriginalAsync() =>
        Asked.KubectlAsync("get", "deployment", "backend", "-o", @"jsonpath={.metadata.annotations.platform\.todo\.io/original-env}");
}
