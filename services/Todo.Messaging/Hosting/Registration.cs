using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Contracts;
using Todo.Messaging.Consuming;
using Todo.Messaging.Ledger;
using Todo.Messaging.Management;
using Todo.Messaging.Publishing;
using Todo.Messaging.Transports;
using Todo.Messaging.Transports.Dapr;
using Todo.Messaging.Transports.Kafka;

namespace Todo.Messaging.Hosting;

/// <summary>
/// The parts of the messaging layer. Background services stop in the reverse order of their registration: consumers first, then the relays, which send what
/// the last handlers wrote, then the counters.
/// </summary>
internal static class Registration
{
    public static void AddPublishing(this IServiceCollection services)
    {
        services.AddSingleton<DbDataSource>(x => x.GetRequiredService<NpgsqlDataSource>());
        services.AddSingleton<RelayConnection>(x => RelayConnectionOf(x.GetRequiredService<ServiceOptions>()));
        services.AddSingleton<RelaySignal>();
        services.AddSingleton<ProbeSignal>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<IOutbox>(x => x.GetRequiredService<Outbox>());
        services.AddSingleton<Replayer>();
        services.AddSingleton<LedgerReader>();
        services.AddSingleton<DeadDeliveries>();
        services.AddSingleton<Epoch>();
        services.AddSingleton<Probes>();
        services.AddSingleton<DaprSidecar>();
        services.AddSingleton<DirectKafkaTransport>();
        services.AddSingleton(x => new TransportSet(name => name == TransportNames.DirectKafka
            ? x.GetRequiredService<DirectKafkaTransport>()
            : new DaprTransport(name, x.GetRequiredService<DaprSidecar>(), x.GetRequiredService<TimeProvider>())));
        services.AddHostedSingleton<LedgerCounters>();
        services.AddHostedSingleton<RelayNotifications>();
        services.AddHostedSingleton<Retention>();
        services.AddHostedSingleton<EventRelay>();
        services.AddHostedSingleton<ProbeRelay>();
    }

    public static void AddConsuming(this IServiceCollection services)
    {
        services.AddSingleton<Inbox>();
        services.AddSingleton<DeadLetters>();
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<KafkaPositions>();
        services.AddHostedSingleton<KafkaTopics>();
        services.AddHostedSingleton<DirectKafkaConsumer>();
    }

    public static void AddReadiness(this IServiceCollection services)
    {
        services.AddSingleton<IReadinessCheck, DatabaseCheck>();
        services.AddSingleton<IReadinessCheck, TransportCheck>();
        services.AddHostedSingleton<Readiness>();
    }

    private static RelayConnection RelayConnectionOf(ServiceOptions options)
    {
        var address = new NpgsqlConnectionStringBuilder(options.Database) { Pooling = false, ApplicationName = options.AppId + "/relay", KeepAlive = 5 };
        return () => new NpgsqlConnection(address.ConnectionString);
    }

    private static void AddHostedSingleton<T>(this IServiceCollection services)
        where T : class, Microsoft.Extensions.Hosting.IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(x => x.GetRequiredService<T>());
    }
}
