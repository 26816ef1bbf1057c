using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Informers;

/// <summary>A cache of some resource, for those who do not care which.</summary>
internal interface IInformer
{
    KubernetesEntityDefinition Definition { get; }

    Type EntityType { get; }

    bool HasSynced { get; }

    /// <summary>Ends when the first state is complete.</summary>
    Task Synced { get; }

    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Told of every change: before (null: new), after (null: gone), and whether it only became known. Called under the cache's lock.</summary>
    void Subscribe(Action<IKubernetesObject?, IKubernetesObject?, bool> subscriber);

    /// <summary>The answer to a write of ours.</summary>
    void Written(IKubernetesObject entity);

    /// <summary>A delete of ours was answered: the object is gone.</summary>
    void Deleted(string? ns, string name, string? uid);
}
