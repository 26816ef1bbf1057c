using Kubernetes.Client.Entities;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Informers;
using Microsoft.Extensions.DependencyInjection;

namespace Kubernetes.Operator.Hosting;

/// <summary>Collects the parts of an operator.</summary>
public sealed class OperatorBuilder
{
    internal OperatorBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds a controller. It and its finalizers are singletons.</summary>
    public OperatorBuilder AddController<TController, TEntity>(Action<ControllerBuilder<TEntity>>? configure = null)
        where TController : class, IEntityController<TEntity>
        where TEntity : class, IKubernetesObject
    {
        var settings = new ControllerBuilder<TEntity>();
        configure?.Invoke(settings);
        Services.AddSingleton<TController>();
        foreach (var finalizer in settings.Finalizers)
        {
            Services.AddSingleton(finalizer.FinalizerType);
        }

        Watch<TEntity>();
        foreach (var watch in settings.Watching)
        {
            watch.Register(this);
        }

        Services.AddSingleton(ControllerRegistration.Of(typeof(TController), settings));
        return this;
    }

    /// <summary>Says what of a resource is watched and kept, and makes <see cref="IEntityCache{TEntity}"/> available for it.</summary>
    public OperatorBuilder AddCache<TEntity>(Action<CacheOptions<TEntity>>? configure = null)
        where TEntity : class, IKubernetesObject
    {
        var options = new CacheOptions<TEntity>();
        configure?.Invoke(options);
        Services.AddSingleton(options);
        Watch<TEntity>();
        return this;
    }

    internal void Watch<TEntity>() where TEntity : class, IKubernetesObject
    {
        if (Services.Any(static s => s.ServiceType == typeof(IEntityCache<TEntity>)))
        {
            return;
        }

        Services.AddSingleton(InformerRegistration.Of<TEntity>());
        Services.AddSingleton<IEntityCache<TEntity>>(static services =>
            ((Informer<TEntity>)services.GetRequiredService<IReadOnlyList<IInformer>>().First(static i => i.EntityType == typeof(TEntity))).Store);
    }
}
