using System.Text.Json.Nodes;
using Kubernetes.Client.Errors;
using LocalCluster.ApiServer.Storage;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Cluster;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Preflight;

/// <summary>The checks together.</summary>
public sealed class RunnerTests(TestBackends backends)
{
    [Fact]
    public async Task All_failures_are_shown_together()
    {
        await using var world = await PreflightWorld.StartAsync(backends, "redis");
        var nobody = $"{TestBackends.NextAddress()}:6379";
        world.Spec["redis"]!["host"] = nobody;
        world.Secret("todo-app-secrets", "DATABASE_URL", "todo");
        world.Ledger = Known.Unknown<LedgerView>("no pod is ready");
        world.Api.Delete(ResourceTypes.Deployments, "default", "email-delivery");
        await world.PatchAsync("backend", """{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}""");
        ControlPlane.Remove(world.Api, "sentry");
        var results = await world.CheckAsync();
        Assert.Equal(
            ["dapr/sentry", "deployment/backend/strategy", "deployment/email-delivery", $"broker/{nobody}", "database/connection-string"],
            results.Where(r => r.Outcome == CheckOutcome.Failed).Select(r => r.Name));
        var verdict = PreflightRunner.Judge(results);
        Assert.False(verdict.MayBegin);
        Assert.StartsWith(
            $"5 of {results.Count} checks failed: [dapr/sentry] dapr-sentry has no pod: sidecars get no certificate and do not start.", verdict.Message, StringComparison.Ordinal);
        Assert.All(results.Where(r => r.Outcome == CheckOutcome.Failed), f => Assert.Contains($"[{f.Name}] {f.Message}", verdict.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_left_out_is_shown_as_skipped_and_holds_nothing()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Api.Delete(ResourceTypes.Deployments, "default", "email-delivery");
        ControlPlane.Remove(world.Api, "sentry");
        world.Skip = "dapr, deployment/email-delivery, brokers, deployment/backend/strategy, deployment/nosuch, dapr/nosuch";
        Assert.Equal(
            [
                "dapr Skipped: Left out by annotation platform.todo.io/skip-checks.",
                "deployment/email-delivery Skipped: Left out by annotation platform.todo.io/skip-checks.",
                "skip-checks/brokers Warning: Annotation platform.todo.io/skip-checks names brokers, but there is no such check; nothing is left out for it.",
                "skip-checks/deployment/nosuch Warning: Annotation platform.todo.io/skip-checks names deployment/nosuch, but deployment has found nothing of that name; nothing is left out for it.",
            ],
            await world.ComplaintsAsync());
        Assert.True(PreflightRunner.Judge(await world.CheckAsync()).MayBegin);
    }

    [Fact]
    public async Task Findings_of_one_name_are_shown_as_one_and_the_worst_counts()
    {
        var runner = new PreflightRunner(
        [
            new Fake("first", _ => Task.FromResult<IReadOnlyList<CheckResult>>(
                [CheckResult.Passed("same", "Well."), CheckResult.Warning("same", "Not so well."), CheckResult.Failed("same", "Bad."), CheckResult.Warning("same", "Not so well.")])),
            new Fake("second", _ => Task.FromResult<IReadOnlyList<CheckResult>>([CheckResult.Passed("good", "Well."), CheckResult.Passed("good", "Very well.")])),
        ],
        TimeProvider.System);
        Assert.Equal(
            [CheckResult.Failed("same", "Bad. Not so well."), CheckResult.Passed("good", "Well. Very well.")],
            await runner.RunAsync(Context(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_check_that_hangs_or_breaks_or_may_not_look_hides_nothing()
    {
        var runner = new PreflightRunner(
        [
            new Fake("hangs", async token =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return [];
            }),
            new Fake("breaks", _ => throw new InvalidOperationException("broken")),
            new Fake("forbidden", _ => throw new KubernetesException(new() { Code = 403, Reason = "Forbidden", Message = "pods is forbidden." })),
            new Fake("silent", _ => throw new KubernetesException(KubernetesError.Unreachable, "no route")),
            new Fake("works", _ => Task.FromResult<IReadOnlyList<CheckResult>>([CheckResult.Passed("works", "Well.")])),
        ],
        TimeProvider.System);
        var results = await runner.RunAsync(Context(), TestContext.Current.CancellationToken);
        Assert.Equal(
            [
                CheckResult.Unknown("hangs", "No result within 10 s."),
                CheckResult.Unknown("breaks", "The check itself failed: broken"),
                CheckResult.Unknown("forbidden", "The operator may not look: pods is forbidden. Apply config/rbac, or leave this check out (platform.todo.io/skip-checks)."),
                CheckResult.Unknown("silent", "The API server does not answer: no route"),
                CheckResult.Passed("works", "Well."),
            ],
            results);
        Assert.Equal((false, "Waiting: [hangs] No result within 10 s."), (PreflightRunner.Judge(results).MayBegin, PreflightRunner.Judge(results).Message));
    }

    [Fact]
    public async Task The_checks_run_at_the_same_time()
    {
        var both = new TaskCompletionSource();
        var count = 0;
        Task<IReadOnlyList<CheckResult>> Meet(CancellationToken token)
        {
            if (Interlocked.Increment(ref count) == 2)
            {
                both.SetResult();
            }

            return both.Task.ContinueWith<IReadOnlyList<CheckResult>>(_ => [], token, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        await new PreflightRunner([new Fake("one", Meet), new Fake("two", Meet)], TimeProvider.System).RunAsync(Context(), TestContext.Current.CancellationToken);
        Assert.Equal(2, count);
    }

    [Fact]
    public async Task Every_check_is_documented()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var text = File.ReadAllText(Repository.Path("docs", "reference", "preflight.md"));
        Assert.All(
            world.Checks,
            c => Assert.Contains($"## `{c.Name}`", text, StringComparison.Ordinal));
    }

    private static PreflightContext Context()
    {
        var generation = new GenerationContext(new TodoPlatformSpec(), "default", "todo", "uid");
        return new PreflightContext(
            generation,
            new Observed { Now = DateTimeOffset.UnixEpoch, Names = generation.Names, Wanted = Goal.Direct, Services = [], Generated = [] });
    }

    private sealed class Fake(string name, Func<CancellationToken, Task<IReadOnlyList<CheckResult>>> check) : IPreflightCheck
    {
        public string Name => name;

        public Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken) => check(cancellationToken);
    }
}
