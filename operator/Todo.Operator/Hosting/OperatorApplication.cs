using Kubernetes.Client.Models;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Todo.Operator.Controllers;
using Todo.Operator.Execution;
using Todo.Operator.Generation;
using Todo.Operator.Management;
using Todo.Operator.Observation;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;
using Todo.Operator.Retention;
using Todo.Operator.Secrets;
using Todo.Operator.Status;
using Todo.Operator.Telemetry;

namespace Todo.Operator.Hosting;

/// <summary>Puts the operator together.</summary>
public static class OperatorApplication
{
    /// <summary>Name of the operator: its Lease, its Events, its user agent.</summary>
    public const string Name = "todo-operator";

    /// <summary>The whole process, ready to run.</summary>
    /// <param name="settings">Settings.</param>
    /// <param name="configure">Replaces parts, for tests.</param>
    public static WebApplication Build(OperatorSettings settings, Action<IServiceCollection>? configure = null)
    {
        var app = WebApplication.CreateSlimBuilder();
        app.WebHost.ConfigureKestrel(k => k.Listen(settings.HealthAddress, settings.HealthPort));
        app.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
        configure?.Invoke(app.Services);
        if (settings.Tracing is { } tracing)
        {
            // Before everything else, so that it ends after everything else.
            app.Services.AddSingleton<IHostedService>(_ => new TracingHost(tracing));
        }

        AddServices(app.Services, settings);
        var built = app.Build();
        built.MapOperatorEndpoints();
        return built;
    }

    /// <summary>Everything but the host.</summary>
    internal static void AddServices(IServiceCollection services, OperatorSettings settings)
    {
        AddRuntime(services, settings);
        AddParts(services, settings);
    }

    private static void AddRuntime(IServiceCollection services, OperatorSettings settings)
    {
        var index = new PlatformIndex();
        services.AddSingleton(index);
        var runtime = services.AddKubernetesOperator(o =>
        {
            o.Name = Name;
            o.WatchNamespace = settings.WatchNamespace;
            o.LeaderElection.Enabled = settings.LeaderElection;
            o.LeaderElection.Namespace = settings.LeaseNamespace;
            o.LeaderElection.Identity = settings.Identity;
            o.FailureBackoff = (TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30));
            o.FieldManagers.UnionWith(FieldManagers.All);
        });
        runtime.AddCache<V1Alpha1TodoPlatform>(static c => c.Index(Neighbours.Moving, Neighbours.MovingIndex));
        runtime.AddCache<V1Deployment>(static c => c.Projection = CacheProjections.Of);
        runtime.AddCache<V1Pod>(static c => c.Projection = CacheProjections.Of);
        runtime.AddCache<DaprComponent>(Generated);
        runtime.AddCache<DaprSubscription>(Generated);
        runtime.AddCache<DaprResiliency>(Generated);
        runtime.AddCache<DaprConfiguration>(Generated);
        runtime.AddController<PlatformController, V1Alpha1TodoPlatform>(c => c
            .WithFinalizer<PlatformFinalizer>(V1Alpha1TodoPlatform.Finalizer)
            .Watches<V1Deployment>(index.Of)
            .Watches<V1Pod>(index.Of)
            .Watches<DaprComponent>(index.Of)
            .Watches<DaprSubscription>(index.Of)
            .Watches<DaprResiliency>(index.Of)
            .Watches<DaprConfiguration>(index.Of)
            .Where(static (before, now) => before is null
                || before.Metadata.Generation != now.Metadata.Generation
                || !RequestReader.Read(before.Metadata.Annotations).SequenceEqual(RequestReader.Read(now.Metadata.Annotations)))
            .MaxConcurrentReconciles(4));
    }

    private static void Generated<TDapr>(CacheOptions<TDapr> cache) where TDapr : DaprObject =>
        (cache.LabelSelector, cache.Projection) = (V1Alpha1TodoPlatform.PlatformLabel, CacheProjections.Of);

    private static void AddParts(IServiceCollection services, OperatorSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<Neighbours>();
        services.AddSingleton<PlatformMetrics>();
        services.AddSingleton<PlatformReconciler>();
        services.AddSingleton<ClusterCaches>();
        services.AddSingleton<RestingFigures>();
        services.AddSingleton<Interrogator>();
        services.AddSingleton<IBrokerBacklog, BrokerBacklog>();
        services.TryAddSingleton<IBrokerMembership, BrokerMembership>();
        services.AddSingleton<SecretContents>();
        services.AddSingleton<SecretFingerprints>();
        services.AddSingleton<IStreamKeeper, StreamKeeper>();
        services.AddSingleton<ManagementTokens>();
        services.AddSingleton<ManagementClient>();
        services.AddSingleton<Executor>();
        services.AddSingleton<Adoption>();
        services.AddSingleton<Orders>();
        services.AddSingleton<StatusBuilder>();
        services.AddSingleton<StatusWriter>();
        services.AddSingleton<Announcer>();
        services.AddPreflight();
    }
}
