using System.Net;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Configuration;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Requests;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Todo.Operator.Hosting;
using Todo.Operator.Observation;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Simulation.Checker;

namespace Todo.Operator.Tests.Cluster;

/// <summary>A real API server with real controllers, simulated pods, and the whole operator in this process.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly (string Deployment, string Container, string AppId, int Port)[] Definitions =
    [
        ("backend", "backend", "backend", 8000),
        ("recurring-service", "recurring-task", "recurring-task-service", 8004),
        ("email-delivery", "email-delivery", "email-delivery-service", 8003),
        ("notification-service", "notification", "notification-service", 8002),
    ];

    private readonly string _kubeconfig;
    private readonly ControllerHost _controllers;
    private readonly SimulatedNode _node;
    private WebApplication? _operator;

    private TestCluster(KubeApiServer server, ControllerHost controllers, SimulatedNode node, SimulatedServices services, string kubeconfig)
    {
        (Server, _controllers, _node, Services, _kubeconfig) = (server, controllers, node, services, kubeconfig);
        Client = new KubernetesClient(KubernetesClientConfiguration.FromKubeconfig([kubeconfig]), new KubernetesClientOptions { UserAgent = "test" });
    }

    public KubeApiServer Server { get; }

    public SimulatedServices Services { get; }

    public IKubernetesClient Client { get; }

    /// <summary>For an operator in a process of its own.</summary>
    public string Kubeconfig => _kubeconfig;

    public IClusterApi Api => Server.Api;

    /// <summary>Whether pods that ask for a sidecar get one.</summary>
    public bool Injects { set => _node.Injects = value; }

    public static async Task<TestCluster> StartAsync(byte block, TestBackends backends)
    {
        await backends.StartAsync();
        var server = await KubeApiServer.StartAsync(new ApiServerOptions { Address = IPAddress.Parse($"127.{block}.0.1"), Tokens = [new ApiToken("t")] });
        foreach (var file in Directory.GetFiles(Repository.Path("config", "dapr-crds"), "*s.yaml").Append(Repository.Path("crds", "platform.todo.io_todoplatforms.yaml")))
        {
            foreach (var crd in Yaml.Read(file))
            {
                server.Api.Create(ResourceTypes.CustomResourceDefinitions, crd, "test");
            }
        }

        var kubeconfig = Path.Combine(Path.GetTempPath(), $"todo-operator-tests-{block}-{Guid.NewGuid():N}.kubeconfig");
        server.WriteKubeconfig(kubeconfig);
        var services = new SimulatedServices(server);
        var node = new SimulatedNode(server, services, block);
        node.Start();
        var controllers = new ControllerHost(server.Api);
        await controllers.StartAsync();
        var cluster = new TestCluster(server, controllers, node, services, kubeconfig);
        ControlPlane.Install(server.Api);
        Deploy(server.Api, backends);
        return cluster;
    }

    /// <summary>How much later it is for the operator than it is.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>Starts the operator.</summary>
    /// <param name="maxMoving">Platforms that may be moved at the same time.</param>
    /// <param name="membership">Who it hears from that consumers listen; null: from nobody, as simulated pods join no group.</param>
    public async Task StartOperatorAsync(int maxMoving = 1, Func<IServiceProvider, IBrokerMembership>? membership = null)
    {
        var settings = new OperatorSettings(null, LeaderElection: false, null, null, IPAddress.Loopback, 0) { MaxMoving = maxMoving };
        _operator = OperatorApplication.Build(settings, s => s
            .AddSingleton(membership ?? (_ => new HearsFromNobody()))
            .AddSingleton(KubernetesClientConfiguration.FromKubeconfig([_kubeconfig]))
            .AddSingleton<TimeProvider>(new TimeAhead(this))
            .AddLogging(l => l.ClearProviders()));
        await _operator.StartAsync();
    }

    public async Task StopOperatorAsync()
    {
        if (_operator is not null)
        {
            await _operator.StopAsync();
            await _operator.DisposeAsync();
            _operator = null;
        }
    }

    /// <summary>What /metrics of the operator answers.</summary>
    public string Metrics() => _operator!.Services.GetRequiredService<Kubernetes.Operator.Metrics.MetricsRegistry>().Write();

    public Task ApplyAsync(string spec) =>
        Client.ApplyAsync<V1Alpha1TodoPlatform>(
            new JsonObject
            {
                ["apiVersion"] = "platform.todo.io/v1alpha1",
                ["kind"] = "TodoPlatform",
                ["metadata"] = new JsonObject { ["name"] = "todo", ["namespace"] = "default" },
                ["spec"] = JsonNode.Parse(spec),
            },
            new ApplyOptions("test") { Force = true });

    /// <summary>Makes the API server one that evaluates no CEL.</summary>
    private void ForgetTheRules()
    {
        var crd = Api.Get(ResourceTypes.CustomResourceDefinitions, null, "todoplatforms.platform.todo.io")!;
        Strip(crd);
        Api.Update(ResourceTypes.CustomResourceDefinitions, crd, "test");
    }

    public Task<V1Alpha1TodoPlatform> PatchAsync(string spec) =>
        Client.PatchAsync<V1Alpha1TodoPlatform>("default", "todo", new MergePatch(new JsonObject { ["spec"] = JsonNode.Parse(spec) }));

    /// <summary>A patch that the CRD's rules would refuse, past an API server that evaluates none.</summary>
    public async Task PatchWithoutRulesAsync(string spec)
    {
        ForgetTheRules();
        await Eventually.Async(
            async () =>
            {
                try
                {
                    await PatchAsync(spec);
                    return true;
                }
                catch (KubernetesException e) when (e.Error == KubernetesError.Invalid)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(20));
    }

    /// <summary>Waits until the platform is as wanted; fails with its last status.</summary>
    public async Task<V1Alpha1TodoPlatform> UntilAsync(Func<V1Alpha1TodoPlatform, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        V1Alpha1TodoPlatform? last = null;
        try
        {
            while (true)
            {
                last = await Client.GetAsync<V1Alpha1TodoPlatform>("default", "todo", limit.Token);
                if (last is not null && wanted(last))
                {
                    return last;
                }

                await Task.Delay(50, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Not reached within {Patience.TotalSeconds} s: {last?.Status?.Phase}/{last?.Status?.Stage} {last?.Status?.Progress} {last?.Status?.Message}\n"
                + string.Join('\n', last?.Status?.Preflight?.Select(p => $"{p.Name} {p.Result} {p.Message}") ?? []));
            throw;
        }
    }

    public Task<V1Alpha1TodoPlatform> UntilMigratedAsync(string target) =>
        UntilAsync(p => p.Status is { Phase: "Migrated" } status && status.ObservedGeneration == p.Metadata.Generation && status.Move?.Target == target && status.Move.FinishedAt is not null);

    private static void Strip(JsonNode? schema)
    {
        if (schema is JsonObject fields)
        {
            fields.Remove("x-kubernetes-validations");
        }

        foreach (var child in schema switch { JsonObject o => o.Select(f => f.Value), JsonArray a => a, _ => [] })
        {
            Strip(child);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopOperatorAsync();
        await _controllers.DisposeAsync();
        await _node.DisposeAsync();
        await Server.DisposeAsync();
        File.Delete(_kubeconfig);
    }

    /// <summary>Names of the four Deployments.</summary>
    public static IReadOnlyList<string> Deployments { get; } = [.. Definitions.Select(d => d.Deployment)];

    /// <summary>Makes the four Deployments and their Secrets.</summary>
    public static void Deploy(IClusterApi api, TestBackends backends)
    {
        api.Create(ResourceTypes.Secrets, Secret("todo-management", "token", SimulatedPodServer.Token), "test");
        api.Create(ResourceTypes.Secrets, Secret("todo-app-secrets", "DATABASE_URL", backends.DatabaseUrl), "test");
        DeployServices(api);
    }

    /// <summary>Makes four Deployments, with names and app-ids that end so.</summary>
    public static void DeployServices(IClusterApi api, string suffix = "")
    {
        foreach (var (deployment, container, appId, port) in Definitions)
        {
            api.Create(ResourceTypes.Deployments, Deployment(deployment + suffix, container, appId + suffix, port), "test");
        }
    }

    public static JsonObject Secret(string name, string key, string value) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
        ["stringData"] = new JsonObject { [key] = value },
    };

    private static JsonObject Deployment(string name, string container, string appId, int port) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
        ["spec"] = new JsonObject
        {
            ["replicas"] = 1,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["strategy"] = new JsonObject { ["rollingUpdate"] = new JsonObject { ["maxUnavailable"] = 0, ["maxSurge"] = 1 } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name, ["test/app-id"] = appId } },
                ["spec"] = new JsonObject
                {
                    ["terminationGracePeriodSeconds"] = 60,
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = container,
                        ["image"] = "todo/test",
                        ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = port }),
                        ["readinessProbe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/readyz", ["port"] = port } },
                        ["env"] = new JsonArray(new JsonObject { ["name"] = "OTHER", ["value"] = "kept" }),
                    }),
                },
            },
        },
    };

    private sealed class TimeAhead(TestCluster cluster) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + cluster.Ahead;
    }
}
