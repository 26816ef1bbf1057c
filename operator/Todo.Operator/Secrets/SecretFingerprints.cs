using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Secrets;

/// <summary>What tells one content of a Secret from another without showing it.</summary>
public sealed class SecretFingerprints(SecretContents secrets)
{
    // Enough to notice any change.
    private const int Length = 8;

    /// <summary>By service and <c>secret.key</c>. What cannot be read now is left out: not knowing is no change.</summary>
    public async Task<IReadOnlyDictionary<ServiceId, ImmutableSortedDictionary<string, string>>> ReadAsync(
        GenerationContext context, IReadOnlyList<ServiceView> services, IReadOnlyList<ExistingObject> objects, CancellationToken cancellationToken)
    {
        Dictionary<ServiceId, ImmutableSortedDictionary<string, string>> all = [];
        foreach (var service in services)
        {
            all[service.Id] = await ReadAsync(context, service, objects, afresh: false, cancellationToken);
        }

        return all;
    }

    /// <summary>
    /// Whether what this service's pods would be started with has changed since it was observed. What is kept for a while may be older than what another process has acted on: two that
    /// lead for a moment would restart the same pods in turn.
    /// </summary>
    public async Task<bool> AreOutdatedAsync(GenerationContext context, Observed observed, ServiceId id, CancellationToken cancellationToken)
    {
        var now = await ReadAsync(context, observed.Services.First(s => s.Id == id), observed.Objects, afresh: true, cancellationToken);
        return observed.Secrets.TryGetValue(id, out var seen) && seen.Any(s => now.TryGetValue(s.Key, out var print) && print != s.Value);
    }

    /// <summary>
    /// Only who may read the Secret knows its uid, which is random: nobody else can try guesses of a weak password on the fingerprint. The same password in two Secrets has two, and a
    /// Secret that is made anew counts as changed.
    /// </summary>
    public static string Of(string uid, SecretReference reference, byte[] value) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{uid}/{SecretReferences.NameOf(reference)}="), .. value]))[..Length];

    private async Task<ImmutableSortedDictionary<string, string>> ReadAsync(
        GenerationContext context, ServiceView service, IReadOnlyList<ExistingObject> objects, bool afresh, CancellationToken cancellationToken)
    {
        var prints = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var reference in SecretReferences.Of(context, service, objects))
        {
            if (await ReadAsync(context.Namespace, reference, afresh, cancellationToken) is { } print)
            {
                prints[SecretReferences.NameOf(reference)] = print;
            }
        }

        return prints.ToImmutable();
    }

    private async Task<string?> ReadAsync(string ns, SecretReference reference, bool afresh, CancellationToken cancellationToken)
    {
        try
        {
            return await secrets.ReadAsync(ns, reference.Name, cancellationToken, afresh) is { } secret && SecretContents.ValueOf(secret, reference.Key) is { } value
                ? Of(secret.Uid(), reference, value)
                : null;
        }
        catch (KubernetesException)
        {
            return null;
        }
    }
}
