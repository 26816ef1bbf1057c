using Kubernetes.Client.Entities;

namespace Todo.Operator.Tests.Simulation.ControlPlane;

/// <summary>The way of one process to the API server: it takes time, and it is where things go wrong.</summary>
internal interface INetwork
{
    /// <summary>Carries a request that changes nothing.</summary>
    Task<T> ReadAsync<T>(Func<T> serve, CancellationToken cancellationToken);

    /// <summary>Carries a request that may change something.</summary>
    Task<T> WriteAsync<T>(string what, Func<T> serve, CancellationToken cancellationToken);

    /// <summary>Opens a watch on the changes after a version.</summary>
    WatchChannel Open(KubernetesEntityDefinition type, long version);
}
