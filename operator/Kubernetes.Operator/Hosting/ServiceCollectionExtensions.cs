using Kubernetes.Client;
using Kubernetes.Client.Configuration;
using Kubernetes.Client.Serialization;
using Kubernetes.Operator.Applying;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Events;
using Kubernetes.Operator.Informers;
using Kubernetes.Operator.Leadership;
using Kubernetes.Operator.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Kubernetes.Operator.Hosting;

/// <summary>Registers the runtime.</summary>
public static class ServiceCollectionExtensions
{
    internal const string PlainClient = "plain";

    // Intake stops, reconciles end, the Lease is released, events are flushed: the host must not lose patience before.
    private static readonly TimeSpan AfterReconciles = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Adds the controller runtime: client, caches, controllers, leader election, events, metrics. To use another cluster than the configured one, register a
    /// <see cref="KubernetesClientConfiguration"/> before it; to use another client, an <see cref="IKubernetesClient"/>.
    /// </summary>
    public static OperatorBuilder AddKubernetesOperator(this IServiceCollection services, Action<OperatorOptions> configure)
    {
        services.AddOptions<OperatorOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OperatorOptions>, OperatorOptionsValidator>();
        services.AddOptions<HostOptions>().PostConfigure<IOptions<OperatorOptions>>(static (host, options) =>
            host.ShutdownTimeout = Longer(host.ShutdownTimeout, options.Value.ShutdownTimeout + AfterReconciles));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MetricsRegistry>();
        services.TryAddSingleton<OperatorState>();
        AddClient(services);
        services.AddSingleton<IReadOnlyList<IInformer>>(static s => [.. s.GetServices<InformerRegistration>().Select(r => r.Make(s))]);
        services.AddSingleton<IReadOnlyList<IControllerRunner>>(static s => [.. s.GetServices<ControllerRegistration>().Select(r => r.Make(s))]);
        services.AddSingleton<IApplier, Applier>();
        AddEvents(services);
        AddHost(services);
        return new OperatorBuilder(services);
    }

    private static void AddClient(IServiceCollection services)
    {
        services.TryAddSingleton(static s => KubernetesClientConfiguration.BuildDefault(s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static s => new KubernetesJson(s.GetRequiredService<IOptions<OperatorOptions>>().Value.JsonContexts));
        if (services.LastOrDefault(static s => s.ServiceType == typeof(IKubernetesClient) && !s.IsKeyedService) is { } own)
        {
            services.Remove(own);
            services.AddKeyedSingleton<IKubernetesClient>(PlainClient, (s, _) => (IKubernetesClient)(own.ImplementationInstance
                ?? own.ImplementationFactory?.Invoke(s)
                ?? ActivatorUtilities.CreateInstance(s, own.ImplementationType!)));
        }
        else
        {
            services.AddKeyedSingleton<IKubernetesClient>(PlainClient, static (s, _) => NewClient(s));
        }

        services.AddSingleton<IKubernetesClient>(static s => new ReadYourWritesClient(
            s.GetRequiredKeyedService<IKubernetesClient>(PlainClient),
            s.GetRequiredService<IReadOnlyList<IInformer>>(),
            s.GetRequiredService<KubernetesJson>()));
    }

    private static KubernetesClient NewClient(IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var configuration = services.GetRequiredService<KubernetesClientConfiguration>();
        return new KubernetesClient(configuration, new KubernetesClientOptions
        {
            UserAgent = services.GetRequiredService<IOptions<OperatorOptions>>().Value.Name,
            Time = time,
            Json = services.GetRequiredService<KubernetesJson>(),
            Handlers = [new RequestMetricsHandler(services.GetRequiredService<MetricsRegistry>(), configuration.Server.Authority, time)],
        });
    }

    private static void AddEvents(IServiceCollection services)
    {
        services.AddSingleton(static s => new EventPublisher(
            s.GetRequiredKeyedService<IKubernetesClient>(PlainClient),
            new EventSource(s.GetRequiredService<IOptions<OperatorOptions>>().Value.Name, Environment.MachineName),
            new EventCorrelator(s.GetRequiredService<TimeProvider>()),
            s.GetRequiredService<MetricsRegistry>(),
            s.GetRequiredService<ILogger<EventPublisher>>()));
        services.AddSingleton<IEventPublisher>(static s => s.GetRequiredService<EventPublisher>());

        // Hosted before the operator, so stopped after it: what the last reconciles report is still sent.
        services.AddHostedService(static s => s.GetRequiredService<EventPublisher>());
    }

    private static void AddHost(IServiceCollection services) => services.AddHostedService(static s => new OperatorHost(
        s.GetRequiredService<IReadOnlyList<IInformer>>(),
        s.GetRequiredService<IReadOnlyList<IControllerRunner>>(),
        NewElector(s),
        s.GetRequiredService<OperatorState>(),
        s.GetRequiredService<MetricsRegistry>(),
        s.GetRequiredService<IOptions<OperatorOptions>>(),
        s.GetRequiredService<IHostApplicationLifetime>(),
        s.GetRequiredService<TimeProvider>(),
        s.GetRequiredService<ILogger<OperatorHost>>()));

    private static LeaderElector? NewElector(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<OperatorOptions>>().Value;
        var election = options.LeaderElection;
        if (!election.Enabled)
        {
            return null;
        }

        var client = services.GetRequiredKeyedService<IKubernetesClient>(PlainClient);
        var identity = new LeaseIdentity(
            election.Namespace ?? client.Namespace,
            election.LeaseName ?? options.Name,
            election.Identity ?? $"{Environment.MachineName}_{Guid.NewGuid():N}");
        return new LeaderElector(
            client, identity, election, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<LeaderElector>>());
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
