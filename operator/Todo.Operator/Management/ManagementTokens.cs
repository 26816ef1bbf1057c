using System.Text;
using Todo.Operator.Resource;
using Todo.Operator.Secrets;

namespace Todo.Operator.Management;

/// <summary>The token of the services' management port.</summary>
public sealed class ManagementTokens(SecretContents secrets)
{
    /// <summary>The token, or null when Secret or key do not exist.</summary>
    public async Task<string?> GetAsync(string ns, SecretReference reference, CancellationToken cancellationToken) =>
        await secrets.GetAsync(ns, reference, cancellationToken) is { } value ? Encoding.UTF8.GetString(value).Trim() : null;
}
