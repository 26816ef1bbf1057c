using Kubernetes.Client.Entities;
using Kubernetes.Operator.Controllers;

namespace Kubernetes.Operator.Caching;

/// <summary>Finds keys by values computed from the objects. Not thread-safe: the store's lock protects it.</summary>
internal sealed class EntityIndex<TEntity>(IReadOnlyDictionary<string, Func<TEntity, IEnumerable<string>>> indexes)
    where TEntity : class, IKubernetesObject
{
    private readonly Dictionary<(string Index, string Value), HashSet<ObjectKey>> _keys = [];

    public IEnumerable<ObjectKey> Find(string index, string value)
    {
        if (!indexes.ContainsKey(index))
        {
            throw new ArgumentException($"The cache of {typeof(TEntity).Name} has no index \"{index}\".", nameof(index));
        }

        return _keys.TryGetValue((index, value), out var keys) ? keys : [];
    }

    public void Change(ObjectKey key, TEntity? before, TEntity? after)
    {
        foreach (var (name, valuesOf) in indexes)
        {
            foreach (var value in before is null ? [] : valuesOf(before))
            {
                if (_keys.TryGetValue((name, value), out var keys) && keys.Remove(key) && keys.Count == 0)
                {
                    _keys.Remove((name, value));
                }
            }

            foreach (var value in after is null ? [] : valuesOf(after))
            {
                if (!_keys.TryGetValue((name, value), out var keys))
                {
                    _keys[(name, value)] = keys = [];
                }

                keys.Add(key);
            }
        }
    }
}
