using System.Globalization;
using LocalCluster.Hosting.Todo;

namespace EndToEnd.Tests;

/// <summary>What a person does with kubectl and a TodoPlatform: patch, annotate, read its status, wait.</summary>
internal sealed class PlatformAsked(TodoCluster cluster, TimeSpan deadline)
{
    /// <summary>How soon all publishers have to be back after a verdict.</summary>
    public static readonly TimeSpan Back = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Waits with a watch; the last line of status is in the message when time is up.</summary>
    public Task UntilAsync(string what, Func<PlatformView, bool> isOver) => cluster.WatchPlatformAsync(what, isOver, deadline, Cancelled);

    public Task<string> KubectlAsync(params string[] arguments) => cluster.Kubectl.RunAsync(Cancelled, arguments);

    public Task<string> PatchAsync(string patch) => KubectlAsync("patch", "todoplatform", TodoCluster.Platform, "--type", "merge", "--patch", patch);

    public Task<string> AnnotateAsync(string annotation, string value) =>
        KubectlAsync("annotate", "todoplatform", TodoCluster.Platform, "--overwrite", $"platform.todo.io/{annotation}={value}");

    public async Task<string> StatusAsync(string path) =>
        (await KubectlAsync("get", "todoplatform", TodoCluster.Platform, "-o", $"jsonpath={{.status.{path}}}")).Trim();

    /// <summary>Generations of all Deployments: what changes when somebody writes to one of them.</summary>
    public Task<string> GenerationsAsync() =>
        KubectlAsync("get", "deployments", "-o", "jsonpath={range .items[*]}{.metadata.name} {.metadata.generation};{end}");

    /// <summary>The literal value of a variable of a Deployment's first container; empty when there is none.</summary>
    public Task<string> VariableAsync(string deployment, string variable) =>
        KubectlAsync("get", "deployment", deployment, "-o", $"jsonpath={{.spec.template.spec.containers[0].env[?(@.name==\"{variable}\")].value}}");

    /// <summary>The backend's Deployment publishes through Dapr's Component of this broker.</summary>
    public async Task AssertPublishersAsync(string broker) => Assert.Equal($"todo-{broker}-backend", await VariableAsync("backend", "PUBSUB_NAME"));

    /// <summary>The move was given up for one of these reasons, and all publishers were back in time.</summary>
    /// <returns>What the operator saw.</returns>
    public async Task<string> AssertRolledBackAsync(params string[] reasons)
    {
        var reason = await StatusAsync("move.failure.reason");
        Assert.Contains(reason, reasons);
        Assert.Equal(reason, await StatusAsync("conditions[?(@.type==\"RolledBack\")].reason"));
        var verdict = await TimeAsync("move.failure.at");
        var took = await TimeAsync("move.publishersBackAt") - verdict;
        // A broker that nobody listened on yet has nothing to be drained of.
        var drained = await StatusAsync("move.drainedAt") is { Length: > 0 } at ? $"{(Parse(at) - verdict).TotalSeconds:0} s" : "nothing to drain";
        var saw = await StatusAsync("move.failure.message");
        Console.WriteLine($"{reason}: publishers back after {took.TotalSeconds:0} s, drained: {drained}. {saw}");
        Assert.InRange(took, TimeSpan.Zero, Back);
        return saw;
    }

    private async Task<DateTimeOffset> TimeAsync(string path) => Parse(await StatusAsync(path));

    private static DateTimeOffset Parse(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
}
