using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Configuration;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Client.Serialization;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Storage;
using Microsoft.Extensions.DependencyInjection;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Cluster;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Preflight;

/// <summary>A cluster and backends that pass every check, and the operator's own checks against them. A test spoils one thing and reads what is said about it.</summary>
internal sealed class PreflightWorld : IAsyncDisposable
{
    private const string Platform = "todo";

    private readonly string _kubeconfig;
    private readonly ServiceProvider _services;

    private PreflightWorld(KubeApiServer server, string kubeconfig, JsonObject spec)
    {
        (Server, _kubeconfig, Spec) = (server, kubeconfig, spec);
        Client = new KubernetesClient(KubernetesClientConfiguration.FromKubeconfig([kubeconfig]), new KubernetesClientOptions { UserAgent = "test" });
        _services = new ServiceCollection().AddSingleton(Client).AddSingleton(TimeProvider.System).AddPreflight().BuildServiceProvider();
    }

    public KubeApiServer Server { get; }

    public IClusterApi Api => Server.Api;

    public IKubernetesClient Client { get; }

    /// <summary>The spec to check; change it before.</summary>
    public JsonObject Spec { get; }

    /// <summary>The ledger as the pods report it.</summary>
    public Known<LedgerView> Ledger { get; set; } = Known.Of(new LedgerView(new Dictionary<Transport, TransportLedger>(), 0, new RecentLedger(30, 0, 0, 0, 0, 0)));

    /// <summary>Generated objects that exist already.</summary>
    public IReadOnlyList<ExistingObject> Objects { get; set; } = [];

    /// <summary>Checks to leave out, as the annotation has them.</summary>
    public string? Skip { get; set; }

    public static async Task<PreflightWorld> StartAsync(TestBackends backends, string broker = "kafka")
    {
        await backends.StartAsync();
        var server = await KubeApiServer.StartAsync(new ApiServerOptions { Address = TestBackends.NextAddress(), Tokens = [new ApiToken("t")] });
        foreach (var file in Directory.GetFiles(Repository.Path("config", "dapr-crds"), "*s.yaml").Append(Repository.Path("crds", "platform.todo.io_todoplatforms.yaml")))
        {
            foreach (var crd in Yaml.Read(file))
            {
                server.Api.Create(ResourceTypes.CustomResourceDefinitions, crd, "test");
            }
        }

        ControlPlane.Install(server.Api);
        TestCluster.Deploy(server.Api, backends);
        foreach (var name in TestCluster.Deployments)
        {
            var deployment = server.Api.Get(ResourceTypes.Deployments, "default", name)!;
            deployment["status"] = new JsonObject { ["replicas"] = 1, ["readyReplicas"] = 1, ["availableReplicas"] = 1, ["updatedReplicas"] = 1 };
            deployment["metadata"]!.AsObject().Remove("resourceVersion");
            server.Api.UpdateStatus(ResourceTypes.Deployments, deployment, "test");
        }

        var kubeconfig = Path.Combine(Path.GetTempPath(), $"todo-operator-preflight-{Guid.NewGuid():N}.kubeconfig");
        server.WriteKubeconfig(kubeconfig);
        var kafka = await backends.KafkaAsync();
        return new PreflightWorld(server, kubeconfig, new JsonObject
        {
            ["broker"] = broker,
            ["kafka"] = new JsonObject { ["brokers"] = new JsonArray(kafka.BootstrapServers) },
            ["redis"] = new JsonObject { ["host"] = backends.RedisEndpoint.ToString() },
        });
    }

    /// <summary>Address of the broker that is in use, where it is not the spec's.</summary>
    public string? Present { get; set; }

    /// <summary>The checks.</summary>
    public IEnumerable<IPreflightCheck> Checks => _services.GetServices<IPreflightCheck>();

    /// <summary>Makes all checks for <see cref="Spec"/>, which goes through the API server, with its defaults and rules.</summary>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync()
    {
        var platform = await ApplyPlatformAsync();
        return await CheckAsync(platform.Spec, SkippedChecks.Of(platform));
    }

    /// <summary>Only the apply.</summary>
    public Task<V1Alpha1TodoPlatform> ApplyPlatformAsync()
    {
        var metadata = new JsonObject { ["name"] = Platform, ["namespace"] = "default" };
        if (Skip is not null)
        {
            metadata["annotations"] = new JsonObject { [SkippedChecks.Annotation] = Skip };
        }

        return Client.ApplyAsync<V1Alpha1TodoPlatform>(
            new JsonObject { ["apiVersion"] = "platform.todo.io/v1alpha1", ["kind"] = "TodoPlatform", ["metadata"] = metadata, ["spec"] = Spec.DeepClone() },
            new ApplyOptions("test") { Force = true });
    }

    /// <summary>The same for a spec that the API server has never seen.</summary>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(TodoPlatformSpec spec, SkippedChecks? skipped = null)
    {
        var generation = new GenerationContext(spec, "default", Platform, "uid");
        if (Present is { } present)
        {
            var remembered = spec.Broker == "kafka"
                ? BrokerEndpoints.None.Add(Broker.Kafka, BrokerEndpoint.Of(new KafkaSpec { Brokers = [present] }))
                : BrokerEndpoints.None.Add(Broker.Redis, BrokerEndpoint.Of(new RedisSpec { Host = present }));
            generation = generation with { Endpoints = BrokerEndpoints.Resolve(spec, remembered, keep: false) };
        }

        var observed = new Observed
        {
            Now = DateTimeOffset.UtcNow,
            Names = generation.Names,
            Wanted = Goal.Of(spec.UseDapr, spec.Broker == "kafka" ? generation.Endpoints.Kafka : generation.Endpoints.Redis, generation.Apps),
            Endpoints = generation.Endpoints.Known,
            Memory = new MoveMemory { Target = Goal.Dapr(spec.Broker == "kafka" ? Broker.Kafka : Broker.Redis) },
            Services = [],
            Generated = [],
            Objects = Objects,
            Ledger = Ledger,
        };
        return await _services.GetRequiredService<PreflightRunner>().RunAsync(
            new PreflightContext(generation, observed) { Skipped = skipped ?? SkippedChecks.None }, TestContext.Current.CancellationToken);
    }

    /// <summary>Everything that is not as it should be, as <c>name outcome: message</c>.</summary>
    public async Task<IReadOnlyList<string>> ComplaintsAsync() =>
        [.. (await CheckAsync()).Where(r => r.Outcome != CheckOutcome.Passed).Select(r => $"{r.Name} {r.Outcome}: {r.Message}")];

    /// <summary>Changes a Deployment as its owner would.</summary>
    public Task PatchAsync(string deployment, string patch) =>
        Client.PatchAsync<V1Deployment>("default", deployment, new MergePatch(JsonNode.Parse(patch)!.AsObject()));

    /// <summary>Applies an object as somebody.</summary>
    public Task ApplyAsync<T>(string manifest, string manager) where T : class, Kubernetes.Client.Entities.IKubernetesObject =>
        Client.ApplyAsync<T>(JsonNode.Parse(manifest)!.AsObject(), new ApplyOptions(manager) { Force = true });

    /// <summary>A Secret with one key.</summary>
    public void Secret(string name, string key, string value)
    {
        Api.Delete(ResourceTypes.Secrets, "default", name);
        Api.Create(ResourceTypes.Secrets, TestCluster.Secret(name, key, value), "test");
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Server.DisposeAsync();
        File.Delete(_kubeconfig);
    }
}
