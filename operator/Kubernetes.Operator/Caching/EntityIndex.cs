using Kubernetes.Client.Entities;
using Kubernetes.Operator.Controllers;

namespace Kubernetes.Operator.Caching;

/// <summary>Finds keys by values computed from the objects. An index is made when it is first asked, so that one that nobody asks takes no room. Not thread-safe: the store's lock protects it.</summary>
internal sealed class EntityIndex<TEntity>(
    IReadOnlyDictionary<ObjectKey, TEntity> objects, IReadOnlyDictionary<string, Func<TEntity, IEnumerable<string>>> indexes)
    where TEntity : class, IKubernetesObject
{
    private readonly Dictionary<string, Dictionary<string, HashSet<ObjectKey>>> _made = new(StringComparer.Ordinal);

    public IEnumerable<ObjectKey> Find(string index, string value) => (_made.GetValueOrDefault(index) ?? Make(index)).GetValueOrDefault(value) ?? [];

    public void Change(ObjectKey key, TEntity? before, TEntity? after)
    {
        foreach (var (name, keys) in _made)
        {
            foreach (var value in before is null ? [] : indexes[name](before))
            {
                if (keys.TryGetValue(value, out var found) && found.Remove(key) && found.Count == 0)
                {
                    keys.Remove(value);
                }
            }

            if (after is not null)
            {
                Add(keys, key, indexes[name](after));
            }
        }
    }

    private static void Add(Dictionary<string, HashSet<ObjectKey>> keys, ObjectKey key, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            if (!keys.TryGetValue(value, out var found))
            {
                keys[value] = found = [];
            }

            found.Add(key);
        }
    }

    private Dictionary<string, HashSet<ObjectKey>> Make(string index)
    {
        if (!indexes.TryGetValue(index, out var valuesOf))
        {
            throw new ArgumentException($"The cache of {typeof(TEntity).Name} has no index \"{index}\".", nameof(index));
        }

        var keys = new Dictionary<string, HashSet<ObjectKey>>(StringComparer.Ordinal);
        foreach (var (key, entity) in objects)
        {
            Add(keys, key, valuesOf(entity));
        }

        return _made[index] = keys;
    }
}
