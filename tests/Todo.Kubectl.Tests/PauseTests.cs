using Kubernetes.Client.Entities;
using Todo.Kubectl.Tests.Support;

namespace Todo.Kubectl.Tests;

/// <summary><c>pause</c> and <c>resume</c>.</summary>
public sealed class PauseTests(SharedServer server) : PlatformTest(server)
{
    [Fact]
    public async Task Pause_waits_until_the_operator_stands_still_and_resume_until_it_goes_on()
    {
        await CreateAsync();
        await ReportAsync("""{"observedGeneration":1,"phase":"Swapping","conditions":[{"type":"Paused","status":"False","reason":"NotPaused"}]}""");
        using var pausing = Plugin.Start("pause", "todo");
        Assert.Equal(2, (await UntilAsync(p => p.Spec.Paused)).Generation());
        await ReportAsync("""{"observedGeneration":2,"phase":"Paused","conditions":[{"type":"Paused","status":"True","reason":"SpecPaused","message":"Paused by spec.paused. Next: drain."}]}""");
        var paused = await Plugin.EndAsync(pausing);
        Assert.Equal((0, $"pause {Namespace}/todo: SpecPaused: Paused by spec.paused. Next: drain.\n", string.Empty), (paused.ExitCode, paused.Output, paused.Error));

        using var resuming = Plugin.Start("resume", "todo");
        await UntilAsync(p => !p.Spec.Paused);
        await ReportAsync("""{"observedGeneration":3,"phase":"Swapping","message":"Draining.","conditions":[{"type":"Paused","status":"False","reason":"NotPaused"}]}""");
        var resumed = await Plugin.EndAsync(resuming);
        Assert.Equal((0, $"resume {Namespace}/todo: Swapping: Draining.\n", string.Empty), (resumed.ExitCode, resumed.Output, resumed.Error));
    }

    [Fact]
    public async Task What_is_held_by_something_else_as_well_is_still_paused()
    {
        await CreateAsync();
        await ChangeAsync("""{"spec":{"paused":true}}""");
        using var resuming = Plugin.Start("resume");
        await UntilAsync(p => !p.Spec.Paused);
        await ReportAsync("""{"observedGeneration":3,"phase":"Paused","conditions":[{"type":"Paused","status":"True","reason":"Inconclusive","message":"Nothing to judge by."}]}""");
        var ended = await Plugin.EndAsync(resuming);
        Assert.Equal((1, $"resume {Namespace}/todo: Still paused. Inconclusive: Nothing to judge by.\n"), (ended.ExitCode, ended.Output));
    }

    [Fact]
    public async Task What_cannot_be_paused_says_so()
    {
        await CreateAsync();
        using var pausing = Plugin.Start("pause");
        await UntilAsync(p => p.Spec.Paused);
        await ReportAsync("""{"observedGeneration":2,"phase":"Degraded","message":"backend belongs to first.","conditions":[{"type":"Paused","status":"False","reason":"NotPaused"}]}""");
        var ended = await Plugin.EndAsync(pausing);
        Assert.Equal((1, $"pause {Namespace}/todo: Not paused. Degraded: backend belongs to first.\n"), (ended.ExitCode, ended.Output));
    }

    [Fact]
    public async Task Without_an_operator_it_ends_with_2()
    {
        await CreateAsync();
        var ended = await Plugin.RunAsync("pause", "--timeout", "300ms");
        Assert.Equal((2, "error: spec.paused is true, but the operator has not said so within 300ms. Is it running?\n"), (ended.ExitCode, ended.Error));
        Assert.True((await GetAsync()).Spec.Paused);
    }
}
