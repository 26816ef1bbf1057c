using LocalCluster.ApiServer.Faults;
using Todo.Kubectl.Tests.Support;

namespace Todo.Kubectl.Tests;

/// <summary><c>status -w</c>.</summary>
public sealed class WatchTests(SharedServer server) : PlatformTest(server)
{
    [Fact]
    public async Task It_says_each_change_and_ends_with_0_when_migrated()
    {
        await CreateAsync();
        await ReportAsync("""{"observedGeneration":1,"phase":"Migrating","stage":"Sidecars","progress":"1/4","message":"Waiting for backend."}""");
        using var watching = Plugin.Start("status", "todo", "-w");
        Assert.Equal("Migrating Sidecars 1/4 Waiting for backend.", await Plugin.LineAsync(watching));
        await ReportAsync("""{"stage":"Publishers","progress":"2/4","message":"Watching backend."}""");
        Assert.Equal("Migrating Publishers 2/4 Watching backend.", await Plugin.LineAsync(watching));
        await ReportAsync("""{"phase":"Migrated","stage":"Done","progress":"4/4","message":"All is well."}""");
        var ended = await Plugin.EndAsync(watching);
        Assert.Equal((0, string.Empty), (ended.ExitCode, ended.Error));
        Assert.StartsWith($"Migrated Done 4/4 All is well.\nPlatform:   {Namespace}/todo\n", ended.Output, StringComparison.Ordinal);
        Assert.Equal(["get", "watch"], Asked);
    }

    [Theory]
    [InlineData("RolledBack")]
    [InlineData("Degraded")]
    [InlineData("Paused")]
    public async Task It_ends_with_1_when_a_person_is_needed(string phase)
    {
        await CreateAsync();
        await ReportAsync("""{"observedGeneration":1,"phase":"Swapping","stage":"Drain","progress":"0/1","message":"Draining."}""");
        using var watching = Plugin.Start("status", "-w", "-o", "json");
        Assert.Contains("\"phase\":\"Swapping\"", await Plugin.LineAsync(watching));
        await ReportAsync($$"""{"phase":"{{phase}}"}""");
        var ended = await Plugin.EndAsync(watching);
        Assert.Equal((1, string.Empty), (ended.ExitCode, ended.Error));
        Assert.Contains($"\"outcome\":\"{phase}\"", Assert.Single(ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task What_was_reached_for_an_older_spec_is_no_end_and_the_time_is()
    {
        await CreateAsync();
        await ReportAsync("""{"observedGeneration":1,"phase":"Migrated","stage":"Done","progress":"4/4","message":"All is well."}""");
        await ChangeAsync("""{"spec":{"broker":"redis"}}""");
        var ended = await Plugin.RunAsync("status", "-w", "--timeout", "500ms");
        Assert.Equal((2, "error: Not ended within 500ms: (of generation 1, now 2) Migrated Done 4/4 All is well.\n"), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task A_platform_that_is_deleted_meanwhile_is_gone()
    {
        await CreateAsync();
        using var watching = Plugin.Start("status", "-w");
        Assert.Equal("The operator has not looked at it yet.", await Plugin.LineAsync(watching));
        await DeleteAsync();
        var ended = await Plugin.EndAsync(watching);
        Assert.Equal((3, $"error: TodoPlatform {Namespace}/todo is gone.\n"), (ended.ExitCode, ended.Error));
    }

    [Theory]
    [InlineData("end")]
    [InlineData("cut")]
    [InlineData("expire")]
    public async Task A_watch_that_is_lost_is_taken_up_again(string how)
    {
        var watches = 0;
        Fail(request => request.Verb != "watch" || Interlocked.Increment(ref watches) > 1 ? null : how switch
        {
            "end" => new Fault { EndWatchAfter = 1 },
            "cut" => new Fault { CutWatchAfter = 1 },
            _ => new Fault { ExpireWatchAfter = 1 },
        });
        await CreateAsync();
        await ReportAsync("""{"observedGeneration":1,"phase":"Swapping","stage":"Drain","progress":"0/1","message":"Draining."}""");
        using var watching = Plugin.Start("status", "-w");
        Assert.Equal("Swapping Drain 0/1 Draining.", await Plugin.LineAsync(watching));
        await ReportAsync("""{"message":"Still draining."}""");
        Assert.Equal("Swapping Drain 0/1 Still draining.", await Plugin.LineAsync(watching));
        await ReportAsync("""{"phase":"Migrated"}""");
        Assert.Equal(0, (await Plugin.EndAsync(watching)).ExitCode);
        Assert.True(Asked.Count > 2);
    }
}
