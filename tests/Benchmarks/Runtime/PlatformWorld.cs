using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;
using Todo.Operator.Generation;
using Todo.Operator.Resource;

namespace Benchmarks.Runtime;

/// <summary>
/// An API server, and the operator as a process of its own, which looks after so many platforms in as many namespaces, each with its four Deployments, a pod of each and all that Dapr is
/// given for one broker. The platforms are paused: the operator knows all of it and has nothing to do.
/// </summary>
internal sealed class PlatformWorld : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly ResourceType Platforms = new("platform.todo.io", "v1alpha1", "todoplatforms", "TodoPlatform");

    private readonly KubeApiServer _server;
    private readonly string _folder;
    private readonly OperatorProcess _operator;

    private PlatformWorld(KubeApiServer server, string folder)
    {
        (_server, _folder) = (server, folder);
        server.WriteKubeconfig(Path.Combine(folder, "kubeconfig"));
        _operator = new OperatorProcess(Path.Combine(folder, "kubeconfig"));
    }

    public static async Task<PlatformWorld> StartAsync(CancellationToken cancellationToken)
    {
        var root = Root(AppContext.BaseDirectory);
        var server = await KubeApiServer.StartAsync(new ApiServerOptions { Address = IPAddress.Parse("127.71.0.1"), Tokens = [new ApiToken("benchmark")] }, cancellationToken);
        foreach (var file in Directory.GetFiles(Path.Combine(root, "config", "dapr-crds")).Append(Path.Combine(root, "crds", "platform.todo.io_todoplatforms.yaml")))
        {
            if (YamlText.Parse(await File.ReadAllTextAsync(file, cancellationToken)) is JsonObject definition && (string?)definition["kind"] == ResourceTypes.CustomResourceDefinitions.Kind)
            {
                server.Api.Create(ResourceTypes.CustomResourceDefinitions, definition, "benchmark");
            }
        }

        return new PlatformWorld(server, Directory.CreateTempSubdirectory("benchmark-").FullName);
    }

    /// <summary>What the operator takes once it has nothing to do any more.</summary>
    public async Task<(long Private, long Managed)> MeasureAsync(CancellationToken cancellationToken)
    {
        await UntilAsync(() => _server.Api.List(ResourceTypes.Leases).Items.Count > 0, "the operator leads", cancellationToken);
        await UntilAsync(() => _server.Api.List(Platforms).Items.All(static p => p["status"]?["phase"] is not null), "every platform has its status", cancellationToken);
        await SettledAsync(cancellationToken);
        return (_operator.PrivateMemory, await _operator.CollectAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>One platform more, in a namespace of its own.</summary>
    public void Add(int number)
    {
        var ns = string.Create(CultureInfo.InvariantCulture, $"p{number}");
        Create(ResourceTypes.Namespaces, $$$"""{"metadata":{"name":"{{{ns}}}"}}""");
        var platform = Create(
            Platforms,
            $$$$$"""
            {"apiVersion":"platform.todo.io/v1alpha1","kind":"TodoPlatform","metadata":{"name":"todo","namespace":"{{{{{ns}}}}}"},
             "spec":{"paused":true,"useDapr":true,"kafka":{"brokers":["127.71.0.3:9092"]},"stateStore":{"connectionString":{"name":"todo","key":"DATABASE_URL"}}}}
            """);
        var context = new GenerationContext(
            new TodoPlatformSpec { Kafka = new() { Brokers = ["127.71.0.3:9092"] }, StateStore = new() { ConnectionString = new() { Name = "todo", Key = "DATABASE_URL" } } },
            ns, "todo", (string)platform["metadata"]!["uid"]!);
        foreach (var app in context.Apps)
        {
            var pod = (JsonObject)JsonNode.Parse(Pods.Pod(number))!;
            pod["metadata"] = new JsonObject
            {
                ["name"] = $"{app.Deployment}-7d9c5b8f4-abcde", ["namespace"] = ns, ["labels"] = new JsonObject { ["app"] = app.AppId }, ["annotations"] = pod["metadata"]!["annotations"]!.DeepClone(),
            };
            pod["spec"]!["containers"]![0]!["name"] = app.Container;
            var template = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = app.AppId } }, ["spec"] = new JsonObject { ["containers"] = pod["spec"]!["containers"]!.DeepClone() } };
            _server.Api.Create(
                ResourceTypes.Deployments,
                new JsonObject
                {
                    ["metadata"] = new JsonObject { ["name"] = app.Deployment, ["namespace"] = ns },
                    ["spec"] = new JsonObject { ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = app.AppId } }, ["template"] = template },
                },
                "benchmark");
            _server.Api.Create(ResourceTypes.Pods, pod, "benchmark");
        }

        foreach (var generated in DaprGenerator.Generate(context).Where(static g => g.Key.Broker is not { IsKafka: false }).Select(static g => g.Manifest))
        {
            var (group, version) = ((string)generated["apiVersion"]!).Split('/') is [var g, var v] ? (g, v) : throw new InvalidOperationException();
            var kind = (string)generated["kind"]!;
            _server.Api.Create(new ResourceType(group, version, kind == "Resiliency" ? "resiliencies" : kind.ToLowerInvariant() + "s", kind), generated, "todo-operator");
        }
    }

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "Operator.sln")) ? folder : Root(Directory.GetParent(folder)!.FullName);

    private JsonObject Create(ResourceType type, string json) => _server.Api.Create(type, (JsonObject)JsonNode.Parse(json)!, "benchmark");

    // Nothing has been written to a platform for ten seconds.
    private async Task SettledAsync(CancellationToken cancellationToken)
    {
        var (since, version) = (Stopwatch.StartNew(), 0L);
        await UntilAsync(
            () =>
            {
                var now = _server.Api.List(Platforms).Items.Sum(static p => long.Parse((string)p["metadata"]!["resourceVersion"]!, CultureInfo.InvariantCulture));
                if (now != version)
                {
                    version = now;
                    since.Restart();
                }

                return since.Elapsed > TimeSpan.FromSeconds(10);
            },
            "the operator has settled",
            cancellationToken);
    }

    private async Task UntilAsync(Func<bool> condition, string what, CancellationToken cancellationToken)
    {
        for (var clock = Stopwatch.StartNew(); !condition(); await Task.Delay(500, cancellationToken))
        {
            if (clock.Elapsed > Patience || _operator.HasEnded)
            {
                throw new TimeoutException($"{(_operator.HasEnded ? "the operator has ended" : $"not within {Patience}")}: {what}");
            }
        }
    }
}
