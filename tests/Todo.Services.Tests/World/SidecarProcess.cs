using LocalCluster.Dependencies;

namespace Todo.Services.Tests.World;

/// <summary>A sidecar with its scheduler, as processes: Kafka as pub/sub component, PostgreSQL as state store.</summary>
public sealed class SidecarProcess : IAsyncDisposable
{
    /// <summary>Name of the pub/sub component.</summary>
    public const string PubSub = "todo-kafka-notification-service";

    private readonly Daemon _scheduler;
    private readonly Daemon _sidecar;

    private SidecarProcess(Daemon scheduler, Daemon sidecar)
    {
        _scheduler = scheduler;
        _sidecar = sidecar;
    }

    /// <summary>Starts both for an app at an address of its own, which may come later.</summary>
    public static async Task<SidecarProcess> StartAsync(string host, int appPort, Servers servers, string database)
    {
        var folder = Path.Combine(servers.Folder, "sidecar-" + Guid.NewGuid().ToString("N")[..6]);
        var resources = Path.Combine(folder, "resources");
        Directory.CreateDirectory(resources);
        await File.WriteAllTextAsync(Path.Combine(resources, "pubsub.yaml"), $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: {{PubSub}} }
            spec:
              type: pubsub.kafka
              version: v1
              initTimeout: 60s # other tests may keep this machine busy
              metadata:
                - { name: brokers, value: "{{await servers.KafkaOfAsync(database)}}" }
                - { name: authType, value: none }
                - { name: consumerGroup, value: notification-service-group }
            """);
        await File.WriteAllTextAsync(Path.Combine(resources, "state.yaml"), $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: todo-state }
            spec:
              type: state.postgresql
              version: v2
              initTimeout: 60s # other tests may keep this machine busy
              metadata:
                - { name: connectionString, value: "{{database.Replace(';', ' ').ToLowerInvariant().Replace("username", "user", StringComparison.Ordinal)}}" }
                - { name: tablePrefix, value: dapr_ }
            """);
        var scheduler = Addresses.Next(50006);
        var schedulerProcess = await Programs.StartAsync(
            "LocalCluster.Sidecar", folder, [scheduler], ["scheduler", "--listen", $"{scheduler}", "--data", Path.Combine(folder, "jobs")]);
        var sidecarProcess = await Programs.StartAsync(
            "LocalCluster.Sidecar",
            folder,
            [new Endpoint(host, 3500)],
            [
                "--app-id", "notification-service", "--app-port", $"{appPort}", "--app-protocol", "http", "--app-channel-address", host,
                "--dapr-listen-addresses", host, "--dapr-http-port", "3500", "--dapr-grpc-port", "50001", "--dapr-internal-grpc-port", "50002",
                "--dapr-public-port", "3501", "--dapr-public-listen-address", host, "--metrics-port", "9090", "--metrics-listen-address", host,
                "--resources-path", resources, "--log-level", "info", "--scheduler-host-address", $"{scheduler}",
            ]);
        return new SidecarProcess(schedulerProcess, sidecarProcess);
    }

    public async ValueTask DisposeAsync()
    {
        await _sidecar.DisposeAsync();
        await _scheduler.DisposeAsync();
    }
}
