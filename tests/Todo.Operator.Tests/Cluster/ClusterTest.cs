using System.Text.Json.Nodes;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Todo.Operator.Resource;

namespace Todo.Operator.Tests.Cluster;

/// <summary>A cluster per test, with the whole operator in this process.</summary>
public abstract class ClusterTest(TestBackends backends) : IAsyncLifetime
{
    private static int _blocks = 99;

    private protected TestCluster Cluster { get; private set; } = null!;

    /// <summary>Part of a spec: reachable brokers, and no waiting.</summary>
    protected string Fast => $$"""
        "kafka":{"brokers":["{{backends.KafkaAsync().Result.BootstrapServers}}"]},"redis":{"host":"{{backends.RedisEndpoint}}"},
        "rollout":{"soak":"100ms","analysis":{"interval":"100ms"} },"drain":{"publishTimeout":"100ms","hold":"100ms"}
        """;

    public async ValueTask InitializeAsync() => Cluster = await TestCluster.StartAsync((byte)Interlocked.Increment(ref _blocks), backends);

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts the operator and brings the platform to Dapr on Kafka.</summary>
    private protected async Task<V1Alpha1TodoPlatform> MigratedAsync(string more = "", string target = "dapr-kafka")
    {
        await Cluster.StartOperatorAsync();
        await Cluster.ApplyAsync($$"""{"useDapr":true,"broker":"kafka",{{Fast}}{{more}}}""");
        return await Cluster.UntilMigratedAsync(target);
    }

    private protected Task<V1Alpha1TodoPlatform> AnnotateAsync(string name, string token) =>
        Cluster.Client.PatchAsync<V1Alpha1TodoPlatform>("default", "todo", new MergePatch(new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [$"platform.todo.io/{name}"] = token } },
        }));

    private protected async Task<string?> VariableAsync(string deployment, string variable) =>
        (await Cluster.Client.GetAsync<V1Deployment>("default", deployment))!.Spec!.Template!.Spec!.Containers![0].Env!.FirstOrDefault(e => e.Name == variable)?.Value;

    private protected Task UntilEventAsync(string reason, string note) => Eventually.Async(
        async () => (await Cluster.Client.ListAsync<EventsV1Event>(new ListOptions { Namespace = "default" })).Items.Any(e => e.Reason == reason && e.Note == note), TimeSpan.FromSeconds(30));

    /// <summary>Something that has nothing to do with the platform makes the operator look at it.</summary>
    private protected Task NudgeAsync() => Cluster.Client.PatchAsync<V1Deployment>("default", "backend", new MergePatch(new JsonObject
    {
        ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["touched"] = Guid.NewGuid().ToString("N") } },
    }));

    private protected static string? ConditionOf(V1Alpha1TodoPlatform platform, string type) =>
        platform.Status?.Conditions?.Where(c => c.Type == type).Select(c => $"{c.Status} {c.Reason}").FirstOrDefault();
}
