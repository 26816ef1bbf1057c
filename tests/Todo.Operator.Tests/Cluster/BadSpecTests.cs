using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;

namespace Todo.Operator.Tests.Cluster;

/// <summary>A spec whose fields do not fit together, past an API server without CEL: nothing is changed, and everything is said all the same.</summary>
public sealed class BadSpecTests(TestBackends backends) : ClusterTest(backends)
{
    private const string Bad = """{"delivery":{"handlerTimeout":"20s"}}""";

    [Fact]
    public async Task What_happens_to_the_services_is_seen_meanwhile()
    {
        await MigratedAsync();
        await Cluster.PatchWithoutRulesAsync(Bad);
        await Cluster.UntilAsync(p => ConditionOf(p, "PreflightPassed") == "False InvalidSpec");
        await Cluster.Client.DeleteAsync<V1Deployment>("default", "email-delivery", cancellationToken: TestContext.Current.CancellationToken);
        var dead = await Cluster.UntilAsync(p => ConditionOf(p, "Available") == "False ServiceUnavailable");
        Assert.Equal("There is no such Deployment.", dead.Status!.Services!.Single(s => s.Deployment == "email-delivery").Message);
        Assert.Equal(("False InvalidSpec", "True InvalidSpec", "False InvalidSpec"), (ConditionOf(dead, "PreflightPassed"), ConditionOf(dead, "Degraded"), ConditionOf(dead, "Migrated")));
        var found = await Cluster.UntilAsync(p => p.Status!.Preflight!.Any(c => c is { Name: "deployment/email-delivery", Result: "Failed" }));
        Assert.Contains(found.Status!.Preflight!, c => c is { Name: "spec/redis.processingTimeout", Result: "Failed" });
        Assert.Equal(("Preflight", 1L), (found.Status.Phase, found.Status.Move!.Epoch));
    }

    [Fact]
    public async Task One_finding_can_be_left_out()
    {
        await MigratedAsync();
        await Cluster.PatchWithoutRulesAsync(Bad);
        await Cluster.UntilAsync(p => ConditionOf(p, "PreflightPassed") == "False InvalidSpec");
        await AnnotateAsync("skip-checks", "spec/redis.host");
        await Cluster.UntilAsync(p => p.Status!.Preflight!.Any(c => c.Name == "ledger"));
        await AnnotateAsync("skip-checks", "spec/redis.processingTimeout");
        var moved = await Cluster.UntilAsync(p => p.Status is { Phase: "Migrated", Move: { Epoch: 2, FinishedAt: not null } });
        Assert.Equal(["spec/redis.processingTimeout"], moved.Status!.Preflight!.Where(c => c.Result == "Skipped").Select(c => c.Name));
        Assert.Equal("False AsExpected", ConditionOf(moved, "Degraded"));
    }

    [Theory]
    [InlineData("""{"services":{"notification":{"deployment":"backend","appId":"backend"}}}""", "spec/services")]
    [InlineData("""{"broker":"redis","redis":{"host":null}}""", "spec/redis.host")]
    [InlineData("""{"useDapr":false,"broker":"redis"}""", "spec/broker")]
    [InlineData("""{"kafka":{"brokers":[]}}""", "spec/kafka.brokers")]
    [InlineData("""{"kafka":{"auth":"mtls"}}""", "spec/kafka.auth")]
    public async Task Whatever_is_wrong_the_other_checks_are_made_and_nothing_is_changed(string spec, string finding)
    {
        await MigratedAsync();
        var before = (await Cluster.Client.ListAsync<V1Deployment>(new ListOptions { Namespace = "default" })).Items.Select(d => d.Metadata.Generation).ToList();
        await Cluster.PatchWithoutRulesAsync(spec);
        var platform = await Cluster.UntilAsync(p => ConditionOf(p, "PreflightPassed") == "False InvalidSpec");
        Assert.Contains(platform.Status!.Preflight!, c => c.Name == finding && c.Result == "Failed");
        Assert.Contains(platform.Status.Preflight!, c => c is { Name: "ledger", Result: "Passed" });
        Assert.Contains(platform.Status.Preflight!, c => c is { Name: "dapr/sentry" or "dapr", Result: "Passed" });
        Assert.DoesNotContain(platform.Status.Preflight!, c => c.Message!.StartsWith("The check itself failed", StringComparison.Ordinal));
        Assert.Equal(("Preflight", 1L, "True AllServicesAvailable"), (platform.Status.Phase, platform.Status.Move!.Epoch, ConditionOf(platform, "Available")));
        Assert.Equal(before, (await Cluster.Client.ListAsync<V1Deployment>(new ListOptions { Namespace = "default" })).Items.Select(d => d.Metadata.Generation));
    }

    [Fact]
    public async Task At_the_first_visit_too()
    {
        await Cluster.ApplyAsync($$"""{"useDapr":true,"broker":"kafka",{{Fast}}}""");
        await Cluster.PatchWithoutRulesAsync(Bad);
        await Cluster.StartOperatorAsync();
        var platform = await Cluster.UntilAsync(p => ConditionOf(p, "PreflightPassed") == "False InvalidSpec");
        Assert.Equal(11, platform.Status!.Conditions!.Count);
        Assert.Equal("True AllServicesAvailable", ConditionOf(platform, "Available"));
        Assert.Equal("Unknown NotYetObserved", ConditionOf(platform, "SidecarsReady"));
        Assert.Null(await VariableAsync("backend", "USE_DAPR"));
    }
}
