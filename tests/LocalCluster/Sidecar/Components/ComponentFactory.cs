using LocalCluster.Sidecar.PubSub.Kafka;
using LocalCluster.Sidecar.PubSub.Redis;
using LocalCluster.Sidecar.Resources;
using LocalCluster.Sidecar.State.Postgres;

namespace LocalCluster.Sidecar.Components;

/// <summary>From a component's type to what implements it.</summary>
internal sealed class ComponentFactory
{
    private readonly string _appId;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;

    public ComponentFactory(string appId, TimeProvider time, ILoggerFactory logs)
    {
        _appId = appId;
        _time = time;
        _logs = logs;
    }

    /// <exception cref="ComponentInitException">Unknown type, bad metadata, or what is behind it does not answer.</exception>
    public async Task<LoadedComponent> CreateAsync(ComponentSpec spec, CancellationToken cancellation)
    {
        var metadata = new ComponentMetadata(spec);
        var log = _logs.CreateLogger("dapr.contrib");
        IAsyncDisposable instance = (spec.Type, spec.Version) switch
        {
            ("pubsub.redis", "v1" or "") => await RedisPubSub.OpenAsync(RedisPubSubSettings.From(metadata, _appId), _time, log, cancellation),
            ("pubsub.kafka", "v1" or "") => await KafkaPubSub.OpenAsync(KafkaSettings.From(metadata, _appId), spec.InitTimeout, _time, log, cancellation),
            ("state.postgresql" or "state.postgres", "v2") => await PostgresStateStore.OpenAsync(metadata, _time, cancellation),
            ("secretstores.kubernetes", "v1" or "") => new InertComponent(),
            _ => throw new ComponentInitException($"couldn't find a component of type {spec.Type}/{spec.Version}"),
        };
        return new LoadedComponent(spec, instance, metadata.Text("keyPrefix") ?? "appid");
    }

    /// <summary>Accepted and listed, without a function here.</summary>
    private sealed class InertComponent : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
