using System.Net;
using System.Reflection;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers;
using LocalCluster.Node;
using LocalCluster.Node.Tests.Support;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(RunningCluster))]
[assembly: CollectionBehavior(MaxParallelThreads = 3)]

namespace LocalCluster.Node.Tests.Support;

/// <summary>API server, controllers and node, shared by all tests; each test works in a namespace of its own.</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    public const byte Block = 62;

    private static readonly ILoggerFactory Logging = LoggerFactory.Create(builder => builder.AddConsole().SetMinimumLevel(LogLevel.Warning));

    private KubeApiServer? _server;
    private ControllerHost? _controllers;
    private int _namespaces;

    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("local-cluster-node-").FullName;

    public KubeApiServer Server => _server!;

    public IClusterApi Api => _server!.Api;

    public NodeHost Node { get; private set; } = null!;

    public string Kubeconfig => Path.Combine(DataDirectory, "kubeconfig");

    /// <summary>Path of the test program.</summary>
    public static string TestApp { get; } = typeof(RunningCluster).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TestApp").Value!;

    public async ValueTask InitializeAsync()
    {
        Node = new NodeHost(Options(DataDirectory), logger: Logging.CreateLogger("node"));
        _server = await KubeApiServer.StartAsync(new ApiServerOptions
        {
            Address = IPAddress.Parse($"127.{Block}.0.1"),
            Tokens = [new ApiToken("node-tests")],
            PodLogs = Node.Logs,
            ServiceAddresses = (IPAddress.Parse($"127.{Block}.200.1"), IPAddress.Parse($"127.{Block}.250.254")),
        });
        _server.Admission = Node.Injector;
        _server.WriteKubeconfig(Kubeconfig);
        _controllers = new ControllerHost(Api, logger: Logging.CreateLogger("controllers"));
        await _controllers.StartAsync();
        await Node.StartAsync(Api);
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        if (_controllers is not null)
        {
            await _controllers.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>A new namespace.</summary>
    public Sandbox NewNamespace()
    {
        var name = $"test-{Interlocked.Increment(ref _namespaces)}";
        Api.Create(ResourceTypes.Namespaces, new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = name } }, "test");
        return new Sandbox(this, name);
    }

    private static NodeOptions Options(string folder) => new()
    {
        Block = Block,
        DataDirectory = Path.Combine(folder, "node"),
        Images = new Dictionary<string, ImageProgram>(StringComparer.Ordinal)
        {
            ["test/app"] = new("dotnet", TestApp),
            ["test/shell"] = new("/bin/sh", "-c"),
        },
        Sidecar = new SidecarOptions
        {
            Program = new("dotnet", TestApp) { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PORT"] = "3501" } },
            SchedulerAddress = $"127.{Block}.0.6:50006",
        },
        Kubeconfig = (ns, account) => $"# {ns}/{account}\n",
        RestartBackOff = TimeSpan.FromMilliseconds(300),
        RestartBackOffCap = TimeSpan.FromSeconds(2),
    };
}
