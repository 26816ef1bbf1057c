using Todo.Operator.Preflight.Brokers;
using Todo.Operator.Preflight.Cluster;
using Todo.Operator.Preflight.Dapr;

namespace Todo.Operator.Preflight;

/// <summary>The checks, in the order in which status lists their findings (docs/reference/preflight.md).</summary>
public static class PreflightRegistration
{
    /// <summary>Adds all checks and what they need.</summary>
    public static IServiceCollection AddPreflight(this IServiceCollection services)
    {
        services.AddSingleton<PreflightRunner>();
        services.AddSingleton<SecretReader>();
        services.AddSingleton<BrokerAccess>();
        services.AddSingleton<IPreflightCheck, SpecCheck>();
        services.AddSingleton<IPreflightCheck, NamespaceCheck>();
        services.AddSingleton<IPreflightCheck, ControlPlaneCheck>();
        services.AddSingleton<IPreflightCheck, InjectorCheck>();
        services.AddSingleton<IPreflightCheck, DaprApiCheck>();
        services.AddSingleton<IPreflightCheck, HotReloadCheck>();
        services.AddSingleton<IPreflightCheck, BulkCheck>();
        services.AddSingleton<IPreflightCheck, ComponentCheck>();
        services.AddSingleton<IPreflightCheck, EndpointCheck>();
        services.AddSingleton<IPreflightCheck, DeploymentCheck>();
        services.AddSingleton<IPreflightCheck, AdoptionCheck>();
        services.AddSingleton<IPreflightCheck, DisruptionBudgetCheck>();
        services.AddSingleton<IPreflightCheck, QuotaCheck>();
        services.AddSingleton<IPreflightCheck, SecretCheck>();
        services.AddSingleton<IPreflightCheck, BrokerCheck>();
        services.AddSingleton<IPreflightCheck, KafkaTopicsCheck>();
        services.AddSingleton<IPreflightCheck, ConsumerGroupCheck>();
        services.AddSingleton<IPreflightCheck, RedisCheck>();
        services.AddSingleton<IPreflightCheck, DatabaseCheck>();
        services.AddSingleton<IPreflightCheck, LedgerCheck>();
        return services;
    }
}
