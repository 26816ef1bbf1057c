using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Requests;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Access;

/// <summary>The TodoPlatforms of one namespace. Failures are <see cref="PluginException"/> with what is missing.</summary>
internal sealed class Platforms(IKubernetesClient client, string ns, TimeProvider time)
{
    private readonly Explainer _explainer = new(client, ns);

    /// <summary>The platform of that name, or the only one.</summary>
    public async Task<V1Alpha1TodoPlatform> GetAsync(string? name, CancellationToken cancellationToken)
    {
        try
        {
            return name is null
                ? await OnlyAsync(cancellationToken)
                : await client.GetAsync<V1Alpha1TodoPlatform>(ns, name, cancellationToken) ?? throw await _explainer.MissingAsync(name, cancellationToken);
        }
        catch (KubernetesException e)
        {
            throw await _explainer.ExplainAsync(e, name is null ? "list" : "get", cancellationToken);
        }
    }

    /// <summary>Changes it by a merge patch.</summary>
    public async Task<V1Alpha1TodoPlatform> PatchAsync(string name, JsonObject changes, CancellationToken cancellationToken)
    {
        try
        {
            return await client.PatchAsync<V1Alpha1TodoPlatform>(ns, name, new MergePatch(changes), cancellationToken: cancellationToken);
        }
        catch (KubernetesException e)
        {
            throw await _explainer.ExplainAsync(e, "patch", cancellationToken);
        }
    }

    /// <summary>It, and then each of its changes, until the caller has seen enough.</summary>
    public IAsyncEnumerable<V1Alpha1TodoPlatform> FollowAsync(V1Alpha1TodoPlatform platform, CancellationToken cancellationToken) =>
        new PlatformWatch(client, ns, time, _explainer).FollowAsync(platform, cancellationToken);

    /// <summary>Follows it until there is an answer; null when the time is over.</summary>
    public async Task<T?> UntilAsync<T>(V1Alpha1TodoPlatform platform, Func<V1Alpha1TodoPlatform, T?> answer, TimeSpan timeout, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await foreach (var seen in FollowAsync(platform, either.Token))
            {
                if (answer(seen) is { } found)
                {
                    return found;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }

        return null;
    }

    private async Task<V1Alpha1TodoPlatform> OnlyAsync(CancellationToken cancellationToken)
    {
        var all = (await client.ListAsync<V1Alpha1TodoPlatform>(new ListOptions { Namespace = ns }, cancellationToken)).Items;
        return all.Count switch
        {
            1 => all[0],
            0 => throw new PluginException($"There is no TodoPlatform in namespace {ns}.", ExitCodes.NotReached),
            _ => throw new PluginException(
                $"Namespace {ns} has {all.Count} TodoPlatforms, so one has to be named: {string.Join(", ", all.Select(p => p.Name()).Order(StringComparer.Ordinal))}.", ExitCodes.Usage),
        };
    }
}
