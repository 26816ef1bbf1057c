using System.Text;
using Kubernetes.Client;
using Kubernetes.Client.Models;
using Todo.Operator.Resource;

namespace Todo.Operator.Preflight;

/// <summary>Reads what the checks need to log in with. Values stay here and in the connection: no message shows one.</summary>
public sealed class SecretReader(IKubernetesClient client)
{
    /// <summary>The value; null when there is no reference.</summary>
    /// <exception cref="MissingSecretException">Secret or key do not exist.</exception>
    public async Task<string?> ReadAsync(string ns, SecretReference? reference, CancellationToken cancellationToken)
    {
        if (reference is null)
        {
            return null;
        }

        var secret = await client.GetAsync<V1Secret>(ns, reference.Name, cancellationToken);
        return secret?.Data?.TryGetValue(reference.Key, out var value) == true && value.Length > 0
            ? Encoding.UTF8.GetString(value)
            : throw new MissingSecretException(reference);
    }
}

/// <summary>A Secret that is referred to is not there; the check of the Secrets says so in full.</summary>
public sealed class MissingSecretException(SecretReference reference) : Exception($"Not asked: {reference.Name}.{reference.Key} is missing (see secret/{reference.Name}.{reference.Key}).");
