using Todo.Kubectl.Tests.Support;

namespace Todo.Kubectl.Tests;

/// <summary><c>checks</c>, <c>history</c> and <c>version</c>.</summary>
public sealed class ListTests(SharedServer server) : PlatformTest(server)
{
    [Fact]
    public async Task Checks_end_with_1_when_one_has_failed()
    {
        await CreateAsync();
        await ReportAsync("""{"observedGeneration":1,"preflight":[{"name":"dapr","result":"Passed","message":"1.18.3 [ok]"},{"name":"kafka-topics","result":"Failed","message":"Topic task-events does not exist."}]}""");
        var failed = await Plugin.RunAsync("checks", "todo");
        Assert.Equal(
            (1, "CHECK          RESULT   MESSAGE\ndapr           Passed   1.18.3 [ok]\nkafka-topics   Failed   Topic task-events does not exist.\n", string.Empty),
            (failed.ExitCode, failed.Output, failed.Error));

        await ReportAsync("""{"preflight":[{"name":"kafka-topics","result":"Warning","message":"Few partitions."}]}""");
        Assert.Equal(0, (await Plugin.RunAsync("checks")).ExitCode);

        await ChangeAsync("""{"spec":{"broker":"redis"}}""");
        Assert.Equal("error: The spec has changed since; the operator has not looked at it yet.\n", (await Plugin.RunAsync("checks")).Error);
    }

    [Fact]
    public async Task Checks_that_were_not_made_are_no_success()
    {
        await CreateAsync();
        var ended = await Plugin.RunAsync("checks");
        Assert.Equal((2, $"error: No checks were made for {Namespace}/todo yet.\n"), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task History_has_all_moves()
    {
        await CreateAsync();
        Assert.Equal($"No move of {Namespace}/todo has ended yet.\n", (await Plugin.RunAsync("history")).Output);
        await ReportAsync($$"""{"history":[{"when":"{{Time(TimeSpan.FromHours(43.5))}}","from":"dapr-kafka","to":"dapr-redis","result":"Aborted","seconds":31.5,"reason":"Aborted on request."}]}""");
        var ended = await Plugin.RunAsync("history", "todo");
        Assert.Equal(
            (0, "ENDED     FROM         TO           RESULT    TOOK     REASON\n43h ago   dapr-kafka   dapr-redis   Aborted   31.5 s   Aborted on request.\n"),
            (ended.ExitCode, ended.Output));
    }

    [Fact]
    public async Task Version_asks_nobody()
    {
        var ended = await Plugin.RunAsync("version");
        Assert.Equal((0, "kubectl-todoplatform 1.0.0 (platform.todo.io/v1alpha1)\n"), (ended.ExitCode, ended.Output));
        Assert.Empty(Asked);
    }
}
