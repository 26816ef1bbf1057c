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

    /// <summary>Waits as a script does: `kubectl wait --for=condition=...`, which goes by the condition's observedGeneration.</summary>
    public async Task WaitAsync(string condition)
    {
        var (code, output, error) = await cluster.Kubectl.TryAsync(
            null, Cancelled, "wait", $"todoplatform/{TodoCluster.Platform}", $"--for=condition={condition}", $"--timeout={deadline.TotalSeconds:0}s");
        Assert.True(code == 0, $"{condition}: {output}{error}{await StatusAsync("phase")} {await StatusAsync("stage")} {await StatusAsync("message")}");
        Assert.Equal($"todoplatform.platform.todo.io/{TodoCluster.Platform} condition met", output.Trim());
    }

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

    /// <summary>All four Deployments publish there.</summary>
    public async Task AssertPublishersAsync(Destination destination)
    {
        foreach (var deployment in (string[])["backend", "notification-service", "email-delivery", "recurring-service"])
        {
            if (destination.UseDapr)
            {
                Assert.StartsWith($"todo-{destination.Broker}-", await VariableAsync(deployment, "PUBSUB_NAME"), StringComparison.Ordinal);
            }

            Assert.Equal(destination.UseDapr, await VariableAsync(deployment, "USE_DAPR") == "true");
        }
    }

    /// <summary>The move was given up for one of these reasons, all publishers were back in time, and history says so.</summary>
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
        Assert.Equal($"RolledBack to {await StatusAsync("move.target")}: {saw}", await KubectlAsync(
            "get", "todoplatform", TodoCluster.Platform, "-o", "jsonpath={range .status.history[-1:]}{.result} to {.to}: {.reason}{end}"));
        return saw;
    }

    /// <summary>`kubectl describe` shows the verdict, the first of the two clocks, and the end.</summary>
    public async Task AssertEventsOfRollbackAsync()
    {
        var (reason, target) = (await StatusAsync("move.failure.reason"), await StatusAsync("move.target"));
        var took = await TimeAsync("move.publishersBackAt") - await TimeAsync("move.failure.at");
        await UntilEventAsync($"{(reason is "Aborted" or "RollbackRequested" ? "Normal" : "Warning")} {reason} {await StatusAsync("move.failure.message")}");
        // Status has whole seconds of its times.
        await UntilEventAsync([.. new[] { -1, 0, 1 }.Select(more => $"Normal PublishersBack All publishers are back on {target}, {took.TotalSeconds + more:0} s after the verdict.")]);
        await UntilEventAsync($"Warning RolledBack {await StatusAsync("message")}");
    }

    /// <summary>Events are written in their own time.</summary>
    private async Task UntilEventAsync(params string[] anyOf)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(15));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        string[] seen = [];
        try
        {
            do
            {
                seen = (await KubectlAsync(
                    "get", "events", "--field-selector", $"involvedObject.kind=TodoPlatform,involvedObject.name={TodoCluster.Platform}",
                    "-o", "jsonpath={range .items[*]}{.type} {.reason} {.message}{'\\n'}{end}")).Split('\n');
            }
            while (!anyOf.Intersect(seen, StringComparer.Ordinal).Any() && await timer.WaitForNextTickAsync(limit.Token));
        }
        catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
        {
            Assert.Fail($"No Event {string.Join(" or ", anyOf)}; there are:{Environment.NewLine}{string.Join(Environment.NewLine, seen)}");
        }
    }

    private async Task<DateTimeOffset> TimeAsync(string path) => Parse(await StatusAsync(path));

    private static DateTimeOffset Parse(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
}
