using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kubernetes.Client.Entities;
using Kubernetes.Operator.Controllers;
using Todo.Operator.Resource;

namespace Todo.Operator.Controllers;

/// <summary>Which platforms a Deployment, a pod or a Dapr resource of a namespace may concern.</summary>
public sealed class PlatformIndex
{
    private readonly ConcurrentDictionary<string, ImmutableHashSet<ObjectKey>> _platforms = new(StringComparer.Ordinal);

    /// <summary>A platform has been seen.</summary>
    public void Remember(V1Alpha1TodoPlatform platform) => _platforms.AddOrUpdate(platform.Namespace()!, static (_, key) => [key], static (_, known, key) => known.Add(key), ObjectKey.Of(platform));

    /// <summary>A platform is gone.</summary>
    public void Forget(ObjectKey key)
    {
        var left = _platforms.AddOrUpdate(key.Namespace!, static (_, _) => [], static (_, known, gone) => known.Remove(gone), key);
        if (left.IsEmpty)
        {
            _platforms.TryRemove(KeyValuePair.Create(key.Namespace!, left));
        }
    }

    /// <summary>The platforms of the object's namespace.</summary>
    public IEnumerable<ObjectKey> Of(IKubernetesObject changed) => changed.Namespace() is { } ns && _platforms.TryGetValue(ns, out var found) ? found : [];
}
