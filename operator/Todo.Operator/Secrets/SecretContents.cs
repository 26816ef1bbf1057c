using System.Collections.Concurrent;
using Kubernetes.Client;
using Kubernetes.Client.Models;
using Todo.Operator.Resource;

namespace Todo.Operator.Secrets;

/// <summary>
/// Contents of the Secrets that specs name. Each is read by its name when it is needed and kept for a short while, so that a change is noticed: a watch would need the right to
/// list every Secret of the cluster.
/// </summary>
public sealed class SecretContents(IKubernetesClient client, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Namespace, string Name), (V1Secret Secret, DateTimeOffset Until)> _kept = new();

    /// <summary>The value, or null when Secret or key do not exist.</summary>
    public async Task<byte[]?> GetAsync(string ns, SecretReference reference, CancellationToken cancellationToken) =>
        ValueOf(await ReadAsync(ns, reference.Name, cancellationToken), reference.Key);

    /// <summary>The value of one key, or null when it does not exist or is empty.</summary>
    public static byte[]? ValueOf(V1Secret? secret, string key) => secret?.Data?.TryGetValue(key, out var value) == true && value.Length > 0 ? value : null;

    /// <summary>The whole Secret, or null when it does not exist; as it was a short while ago, or as it is now.</summary>
    public async Task<V1Secret?> ReadAsync(string ns, string name, CancellationToken cancellationToken, bool afresh = false)
    {
        if (!afresh && _kept.TryGetValue((ns, name), out var kept) && kept.Until > time.GetUtcNow())
        {
            return kept.Secret;
        }

        var secret = await client.GetAsync<V1Secret>(ns, name, cancellationToken);
        if (secret is not null)
        {
            _kept[(ns, name)] = (secret, time.GetUtcNow() + Lifetime);
        }

        return secret;
    }
}
