using System.Diagnostics;
using System.Text.Json.Nodes;
using Kubernetes.Client.Requests;
using LocalCluster.ApiServer.Faults;
using LocalCluster.ApiServer.Storage;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Tests.Support;

/// <summary>A namespace of its own; what the operator would write to a status, the test writes.</summary>
public abstract class PlatformTest
{
    private readonly SharedServer _server;

    protected PlatformTest(SharedServer server)
    {
        _server = server;
        Namespace = $"n{Guid.NewGuid():N}"[..12];
        server.Server.Api.Create(ResourceTypes.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } }, "test");
        Plugin = new Plugin(server.WriteKubeconfig(Namespace), server.Folder);
    }

    protected string Namespace { get; }

    protected Plugin Plugin { get; }

    protected static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>What was asked of the server by the plugin, as verbs.</summary>
    protected IReadOnlyList<string> Asked =>
        [.. _server.Server.Requests.Records.Where(r => r.Namespace == Namespace && r.UserAgent.StartsWith("kubectl-todoplatform", StringComparison.Ordinal)).Select(r => r.Verb)];

    protected void Fail(FaultHook hook) => _server.Fail(Namespace, hook);

    protected Task CreateAsync(string name = "todo", string spec = """{"kafka":{"brokers":["kafka:9092"]},"redis":{"host":"redis:6379"}}""") =>
        _server.Client.CreateAsync(new V1Alpha1TodoPlatform
        {
            Metadata = new() { Name = name, NamespaceProperty = Namespace },
            Spec = Kubernetes.Client.Serialization.KubernetesJson.Default.FromNode<TodoPlatformSpec>(JsonNode.Parse(spec)!),
        });

    protected async Task<V1Alpha1TodoPlatform> GetAsync(string name = "todo") =>
        await _server.Client.GetAsync<V1Alpha1TodoPlatform>(Namespace, name) ?? throw new InvalidOperationException($"There is no {name}.");

    protected Task DeleteAsync() => _server.Client.DeleteAsync<V1Alpha1TodoPlatform>(Namespace, "todo");

    protected Task<V1Alpha1TodoPlatform> ChangeAsync(string changes) =>
        _server.Client.PatchAsync<V1Alpha1TodoPlatform>(Namespace, "todo", new MergePatch(JsonNode.Parse(changes)!.AsObject()));

    /// <summary>Writes a status as the operator does.</summary>
    protected Task<V1Alpha1TodoPlatform> ReportAsync(string status)
    {
        var changes = JsonNode.Parse(status)!.AsObject();
        foreach (var condition in changes["conditions"]?.AsArray() ?? [])
        {
            // The schema wants all of them; most tests are about one.
            condition!["reason"] ??= "Other";
            condition["message"] ??= string.Empty;
            condition["lastTransitionTime"] ??= Time(TimeSpan.Zero);
        }

        return _server.Client.PatchAsync<V1Alpha1TodoPlatform>(
            Namespace, "todo", new MergePatch(new JsonObject { ["status"] = changes }), new WriteOptions { Subresource = "status", FieldManager = "todo-operator" });
    }

    /// <summary>Waits until the plugin has changed the platform so.</summary>
    protected async Task<V1Alpha1TodoPlatform> UntilAsync(Func<V1Alpha1TodoPlatform, bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var platform = await GetAsync();
            if (condition(platform))
            {
                return platform;
            }

            Assert.True(clock.Elapsed.TotalSeconds < 120, "Not within 120 s.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }

    protected static string Time(TimeSpan ago) => (Now - ago).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
