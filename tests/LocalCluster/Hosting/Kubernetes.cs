using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using LocalCluster.ApiServer;
using LocalCluster.Controllers;
using LocalCluster.Dependencies;
using LocalCluster.Node;

namespace LocalCluster.Hosting;

/// <summary>The Kubernetes part of a local cluster, in this process: API server, controllers and one node.</summary>
public sealed class Kubernetes : IAsyncDisposable
{
    private readonly ControllerHost _controllers;

    private Kubernetes(KubeApiServer server, ControllerHost controllers, NodeHost node)
    {
        Server = server;
        _controllers = controllers;
        Node = node;
    }

    public KubeApiServer Server { get; }

    public NodeHost Node { get; }

    /// <summary>Starts, and writes the kubeconfig.</summary>
    /// <param name="images">Image name without tag → program.</param>
    public static async Task<Kubernetes> StartAsync(
        ClusterOptions options, DataFolder data, Checkout checkout, IReadOnlyDictionary<string, ImageProgram> images, CancellationToken cancellationToken)
    {
        var addresses = options.Addresses;
        var (person, pods) = (new ApiToken(NewToken()), new ApiToken(NewToken(), "system:serviceaccount"));
        var server = await KubeApiServer.StartAsync(
            new ApiServerOptions
            {
                Address = IPAddress.Parse(addresses.ApiServer.Host),
                Port = addresses.ApiServer.Port,
                Tokens = [person, pods],
                ServiceAddresses = (Address(addresses.Block, "200.1"), Address(addresses.Block, "250.254")),
            },
            cancellationToken);
        server.WriteKubeconfig(options.Kubeconfig);
        var inPods = Path.Combine(data.Sub("node"), "kubeconfig");
        server.WriteKubeconfig(inPods, pods.Token);

        var sidecar = options.DaprdPath ?? checkout.Program("tests/LocalCluster/Sidecar", "LocalCluster.Sidecar");
        var node = new NodeHost(new NodeOptions
        {
            Block = (byte)addresses.Block,
            DataDirectory = data.Sub("node/pods"),
            Images = images,
            Sidecar = new SidecarOptions { Program = new ImageProgram(sidecar), SchedulerAddress = addresses.Scheduler.ToString() },
            Kubeconfig = (_, _) => File.ReadAllText(inPods),
            KeepPodFolders = true,
        });
        server.Admission = node.Injector;
        server.PodLogs = node.Logs;
        var controllers = new ControllerHost(server.Api);
        await controllers.StartAsync(cancellationToken);
        await node.StartAsync(server.Api, cancellationToken);
        return new Kubernetes(server, controllers, node);
    }

    /// <summary>Ends controllers first, so that nobody starts again what the node stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _controllers.DisposeAsync();
        await Node.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static IPAddress Address(int block, string host) => IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.{block}.{host}"));

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
