using Kubernetes.Client.Entities;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
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
        var controller = new ControllerBuilder<TEntity>();
        configure?.Invoke(controller);
        Services.AddSingleton<TController>();
        foreach (var finalizer in controller.Finalizers)
        {
            Services.AddSingleton(finalizer.FinalizerType);
        }

        Services.AddSingleton(new ControllerRegistration<TEntity>(typeof(TController), controller));
        return this;
    }

    /// <summary>Says what of a resource is watched and kept, and makes <see cref="IEntityCache{TEntity}"/> available for it.</summary>
    public OperatorBuilder AddCache<TEntity>(Action<CacheOptions<TEntity>>? configure = null)
        where TEntity : class, IKubernetesObject
    {
        var options = new CacheOptions<TEntity>();
        configure?.Invoke(options);
        Services.AddSingleton(options);
        return this;
    }
}

internal sealed record ControllerRegistration<TEntity>(Type ControllerType, ControllerBuilder<TEntity> Builder)
    where TEntity : class, IKubernetesObject;
