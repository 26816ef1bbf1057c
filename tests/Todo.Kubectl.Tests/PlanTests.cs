using Kubernetes.Client.Entities;
using Todo.Kubectl.Tests.Support;

namespace Todo.Kubectl.Tests;

/// <summary><c>plan</c>.</summary>
public sealed class PlanTests(SharedServer server) : PlatformTest(server)
{
    private const string Ready = """{"observedGeneration":2,"phase":"Paused","plan":[{"object":"Component/todo-redis-backend","change":"create"}]}""";

    [Fact]
    public async Task A_change_is_written_together_with_planOnly_and_its_plan_shown()
    {
        await CreateAsync();
        await ReportAsync("""{"observedGeneration":1,"phase":"Migrated","move":{"epoch":1,"generation":1,"finishedAt":"2026-01-01T00:00:00Z"}}""");
        using var planning = Plugin.Start("plan", "todo", "--broker", "redis", "--yes");
        var changed = await UntilAsync(p => p.Spec.PlanOnly);
        Assert.Equal(("redis", 2), (changed.Spec.Broker, changed.Generation()));
        await ReportAsync(Ready);
        var ended = await Plugin.EndAsync(planning);
        Assert.Equal(
            $$$"""
            OBJECT                         CHANGE
            Component/todo-redis-backend   create

            None of it is made while spec.planOnly is true. To make it: kubectl patch todoplatform todo -n {{{Namespace}}} --type merge -p '{"spec":{"planOnly":false}}'
            To take it back: kubectl patch todoplatform todo -n {{{Namespace}}} --type merge -p '{"spec":{"broker":"kafka","planOnly":false}}'

            """,
            ended.Output);
        Assert.Equal((0, string.Empty), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task It_asks_first_and_only_yes_is_yes()
    {
        await CreateAsync();
        var no = await Plugin.AnswerAsync("n", "plan", "--broker", "redis", "--use-dapr", "true");
        Assert.Equal(
            (1, $"This changes the spec of {Namespace}/todo: broker: redis, useDapr: true, planOnly: true. Nothing is moved while planOnly is true.\nChange the spec so? [y/N]\nNothing was changed.\n"),
            (no.ExitCode, no.Output));
        Assert.Equal((1, false), ((await GetAsync()).Generation(), (await GetAsync()).Spec.PlanOnly));
    }

    [Fact]
    public async Task A_plan_that_is_there_is_shown_and_one_whose_checks_fail_is_exit_code_1()
    {
        await CreateAsync();
        var none = await Plugin.RunAsync("plan");
        Assert.Equal((1, "error: spec.planOnly is false, so there is no plan. --broker or --use-dapr makes the plan of a change.\n"), (none.ExitCode, none.Error));

        await ChangeAsync("""{"spec":{"planOnly":true}}""");
        await ReportAsync(Ready);
        await ReportAsync("""{"preflight":[{"name":"redis","result":"Failed","message":"No answer."}]}""");
        var ended = await Plugin.RunAsync("plan");
        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("OBJECT                         CHANGE\nComponent/todo-redis-backend   create\n\nCHECK   RESULT   MESSAGE\nredis   Failed   No answer.\n\n", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("take it back", ended.Output);
    }

    [Fact]
    public async Task A_move_under_way_is_not_frozen_by_it()
    {
        await CreateAsync();
        await ReportAsync("""{"observedGeneration":1,"phase":"Swapping","move":{"epoch":3,"generation":1}}""");
        var ended = await Plugin.RunAsync("plan", "--broker", "redis", "--yes");
        Assert.Equal((1, "error: A move is under way, and planOnly would freeze it half-way. Wait for its end (status -w), or abort it. Nothing was changed.\n"), (ended.ExitCode, ended.Error));
        Assert.Equal(1, (await GetAsync()).Generation());
    }

    [Fact]
    public async Task What_the_rules_of_the_spec_forbid_is_said_in_their_words()
    {
        await CreateAsync();
        var ended = await Plugin.RunAsync("plan", "--use-dapr", "false", "--broker", "redis", "--yes");
        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("error: The server refuses the change: ", ended.Error, StringComparison.Ordinal);
        Assert.Contains("useDapr: false needs broker: kafka, because the services' own client speaks only Kafka.", ended.Error);
        Assert.False((await GetAsync()).Spec.PlanOnly);
    }
}
