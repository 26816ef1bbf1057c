using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Kubernetes.Operator.Hosting;

/// <summary>Registers the runtime.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds the controller runtime: client, caches, controllers, leader election, events, metrics. Register an <c>IKubernetesClient</c> of your own
    /// before it to use that one.
    /// </summary>
    public static OperatorBuilder AddKubernetesOperator(this IServiceCollection services, Action<OperatorOptions> configure)
    {
        services.AddOptions<OperatorOptions>().Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        return new OperatorBuilder(services);
    }
}
