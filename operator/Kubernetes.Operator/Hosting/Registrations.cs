using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Informers;
using Kubernetes.Operator.Metrics;
using Kubernetes.Operator.Queue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Kubernetes.Operator.Hosting;

/// <summary>A type whose objects are watched.</summary>
internal sealed record InformerRegistration(Type EntityType, Func<IServiceProvider, IInformer> Make)
{
    public static InformerRegistration Of<TEntity>() where TEntity : class, IKubernetesObject =>
        new(typeof(TEntity), static services =>
        {
            var options = services.GetRequiredService<IOptions<OperatorOptions>>().Value;
            var cache = services.GetService<CacheOptions<TEntity>>() ?? new CacheOptions<TEntity>();
            var source = new ListWatch<TEntity>(
                services.GetRequiredKeyedService<IKubernetesClient>(ServiceCollectionExtensions.PlainClient), cache, options.WatchNamespace, options.Informers);
            return new Informer<TEntity>(
                source,
                cache,
                options.WatchNamespace,
                options.FieldManagers.ToHashSet(StringComparer.Ordinal),
                options.Informers,
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Informer<>)));
        });
}

/// <summary>A controller.</summary>
internal sealed record ControllerRegistration(Func<IServiceProvider, IControllerRunner> Make)
{
    public static ControllerRegistration Of<TEntity>(Type controllerType, ControllerBuilder<TEntity> settings) where TEntity : class, IKubernetesObject =>
        new(services => Build(services, controllerType, settings));

    private static ControllerRunner<TEntity> Build<TEntity>(IServiceProvider services, Type controllerType, ControllerBuilder<TEntity> settings)
        where TEntity : class, IKubernetesObject
    {
        var options = services.GetRequiredService<IOptions<OperatorOptions>>().Value;
        var informers = services.GetRequiredService<IReadOnlyList<IInformer>>();
        var primary = (Informer<TEntity>)informers.First(static i => i.EntityType == typeof(TEntity));
        var finalizers = settings.Finalizers.ConvertAll(f =>
            new NamedFinalizer<TEntity>(f.Name, (IEntityFinalizer<TEntity>)services.GetRequiredService(f.FinalizerType)));
        var reconciler = new Reconciler<TEntity>(
            (IEntityController<TEntity>)services.GetRequiredService(controllerType),
            finalizers,
            new FinalizerPatcher<TEntity>(services.GetRequiredService<IKubernetesClient>()));
        var runner = new ControllerRunner<TEntity>(
            primary.Store,
            reconciler,
            settings,
            new ControllerSettings(options.ReconcileTimeout, new FailureBackoff(options.FailureBackoff.First, options.FailureBackoff.Longest)),
            services.GetRequiredService<MetricsRegistry>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>().CreateLogger(controllerType));
        EventSources.Primary(primary.Store, runner.Queue, settings.Predicate);
        foreach (var watch in settings.Watching)
        {
            EventSources.Secondary(informers.First(i => i.EntityType == watch.EntityType), runner.Queue, watch.Map);
        }

        return runner;
    }
}
