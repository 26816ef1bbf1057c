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
        (await ReadAsync(ns, reference.Name, cancellationToken))?.Data?.TryGetValue(reference.Key, out var value) == true && value.Length > 0 ? value : null;

    private async Task<V1Secret?> ReadAsync(string ns, string name, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue((ns, name), out var kept) && kept.Until > time.GetUtcNow())
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
