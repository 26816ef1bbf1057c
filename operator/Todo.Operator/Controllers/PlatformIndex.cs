using System.Collections.Concurrent;
using Kubernetes.Client.Entities;
using Kubernetes.Operator.Controllers;
using Todo.Operator.Resource;

namespace Todo.Operator.Controllers;

/// <summary>Which platforms a Deployment, a pod or a Dapr resource of a namespace may concern.</summary>
public sealed class PlatformIndex
{
    private readonly ConcurrentDictionary<ObjectKey, byte> _platforms = new();

    /// <summary>A platform has been seen.</summary>
    public void Remember(V1Alpha1TodoPlatform platform) => _platforms.TryAdd(ObjectKey.Of(platform), 0);

    /// <summary>A platform is gone.</summary>
    public void Forget(ObjectKey key) => _platforms.TryRemove(key, out _);

    /// <summary>The platforms of the object's namespace.</summary>
    public IEnumerable<ObjectKey> Of(IKubernetesObject changed) => _platforms.Keys.Where(k => k.Namespace == changed.Namespace());
}
