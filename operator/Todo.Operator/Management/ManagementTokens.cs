using System.Collections.Concurrent;
using System.Text;
using Kubernetes.Client;
using Kubernetes.Client.Models;
using Todo.Operator.Resource;

namespace Todo.Operator.Management;

/// <summary>The token of the services' management port. It is read from its Secret when needed and kept for a short while, so that a rotation is noticed.</summary>
public sealed class ManagementTokens(IKubernetesClient client, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Namespace, SecretReference Reference), (string? Token, DateTimeOffset Until)> _tokens = new();

    /// <summary>The token, or null when Secret or key do not exist.</summary>
    public async Task<string?> GetAsync(string ns, SecretReference reference, CancellationToken cancellationToken)
    {
        if (_tokens.TryGetValue((ns, reference), out var kept) && kept.Until > time.GetUtcNow())
        {
            return kept.Token;
        }

        var secret = await client.GetAsync<V1Secret>(ns, reference.Name, cancellationToken);
        var token = secret?.Data?.TryGetValue(reference.Key, out var bytes) == true ? Encoding.UTF8.GetString(bytes).Trim() : null;
        if (token is not null)
        {
            _tokens[(ns, reference)] = (token, time.GetUtcNow() + Lifetime);
        }

        return token;
    }
}
