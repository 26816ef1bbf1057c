using Kubernetes.Client.Entities;
using Todo.Kubectl.Tests.Support;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Tests;

/// <summary>The five requests: what they leave on the object, and what they make of the operator's answer.</summary>
public sealed class RequestTests(SharedServer server) : PlatformTest(server)
{
    [Theory]
    [InlineData("abort")]
    [InlineData("rollback")]
    [InlineData("retry")]
    [InlineData("promote")]
    [InlineData("replay-dead")]
    public async Task It_annotates_with_a_fresh_token_and_says_what_became_of_it(string verb)
    {
        await CreateAsync();
        await ReportAsync($$"""{"observedGeneration":1,"acknowledged":[{"request":"{{verb}}","token":"older","result":"Refused: that was another one."}]}""");
        using var asking = Plugin.Start(verb, "todo");
        var token = await TokenAsync(verb);
        Assert.Equal(7, Guid.Parse(token).Version);
        await ReportAsync($$"""{"acknowledged":[{"request":"{{verb}}","token":"{{token}}","result":"Going back to dapr-kafka."}]}""");
        var ended = await Plugin.EndAsync(asking);
        Assert.Equal((0, $"{verb} {Namespace}/todo: Going back to dapr-kafka.\n", string.Empty), (ended.ExitCode, ended.Output, ended.Error));
        Assert.Equal(["get", "patch", "watch"], Asked);
    }

    [Fact]
    public async Task A_refusal_is_exit_code_1_by_kubectl_too()
    {
        await CreateAsync();
        var asking = Plugin.ByKubectlAsync("abort", "todo");
        var token = await TokenAsync("abort");
        await ReportAsync($$"""{"acknowledged":[{"request":"abort","token":"{{token}}","result":"Refused: no move is under way."}]}""");
        var ended = await asking;
        Assert.Equal((1, $"abort {Namespace}/todo: Refused: no move is under way.\n", string.Empty), (ended.ExitCode, ended.Output, ended.Error));
    }

    [Fact]
    public async Task Without_an_operator_it_ends_with_2_and_says_how_to_take_it_back()
    {
        await CreateAsync();
        var ended = await Plugin.RunAsync("retry", "--timeout", "300ms");
        Assert.Equal(
            (2, "error: The operator has not taken it up within 300ms. The request stands, and is taken up when it can be; "
                + $"kubectl annotate todoplatform todo -n {Namespace} platform.todo.io/retry- takes it back.\n"),
            (ended.ExitCode, ended.Error));
        await TokenAsync("retry");
    }

    [Theory]
    [InlineData("paused", "spec.paused is true, and no request is taken up while it is: resume it first. Nothing was asked.")]
    [InlineData("planOnly", "spec.planOnly is true, and no request is taken up while it is. Nothing was asked.")]
    public async Task What_would_come_true_only_later_is_not_asked(string field, string complaint)
    {
        await CreateAsync();
        await ChangeAsync($$"""{"spec":{"{{field}}":true} }""");
        var ended = await Plugin.RunAsync("promote", "todo");
        Assert.Equal((1, $"error: {complaint}\n"), (ended.ExitCode, ended.Error));
        Assert.Null((await GetAsync()).Metadata.Annotations);
    }

    [Fact]
    public async Task A_request_that_somebody_else_replaces_is_not_waited_for()
    {
        await CreateAsync();
        using var asking = Plugin.Start("abort", "todo");
        await TokenAsync("abort");
        await ChangeAsync("""{"metadata":{"annotations":{"platform.todo.io/abort":"theirs"}}}""");
        var ended = await Plugin.EndAsync(asking);
        Assert.Equal(
            (1, $"abort {Namespace}/todo: Refused: somebody else has put another request in its place, or taken it back, before the operator saw it.\n"),
            (ended.ExitCode, ended.Output));
    }

    private async Task<string> TokenAsync(string verb)
    {
        var name = $"platform.todo.io/{verb}";
        V1Alpha1TodoPlatform asked = await UntilAsync(p => p.Metadata.Annotations?.ContainsKey(name) == true);
        Assert.Equal("todo", asked.Name());
        return asked.Metadata.Annotations![name];
    }
}
