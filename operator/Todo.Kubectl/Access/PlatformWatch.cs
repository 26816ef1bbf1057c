using System.Runtime.CompilerServices;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Requests;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Access;

/// <summary>Follows one platform. A watch that the server ends is resumed; one that is lost begins again from the present state.</summary>
internal sealed class PlatformWatch(IKubernetesClient client, string ns, TimeProvider time, Explainer explainer)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The given state, and each later one.</summary>
    /// <exception cref="PluginException">It is gone, or cannot be read any longer.</exception>
    public async IAsyncEnumerable<V1Alpha1TodoPlatform> FollowAsync(V1Alpha1TodoPlatform platform, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (name, version) = (platform.Name(), platform.ResourceVersion());
        yield return platform;
        while (true)
        {
            var options = new WatchOptions { Namespace = ns, FieldSelector = $"metadata.name={name}", ResourceVersion = version };
            var before = version;
            var lost = false;
            await using (var changes = client.WatchAsync<V1Alpha1TodoPlatform>(options, cancellationToken).GetAsyncEnumerator(cancellationToken))
            {
                while (true)
                {
                    var (change, ended) = await NextAsync(changes, cancellationToken);
                    lost = ended;
                    if (change?.Object is not { } seen)
                    {
                        break;
                    }

                    version = seen.ResourceVersion();
                    if (change.Type == WatchEventType.Deleted)
                    {
                        throw new PluginException($"TodoPlatform {ns}/{name} is gone.", ExitCodes.NotReached);
                    }

                    if (change.Type != WatchEventType.Bookmark)
                    {
                        yield return seen;
                    }
                }
            }

            if (lost || version == before)
            {
                // Not a request after the other to a server that has just failed.
                await Task.Delay(Pause, time, cancellationToken);
            }

            if (lost)
            {
                var present = await AgainAsync(name, cancellationToken);
                version = present.ResourceVersion();
                yield return present;
            }
        }
    }

    /// <summary>The next change, none at the end of the stream, and whether the stream cannot be resumed.</summary>
    private async Task<(WatchEvent<V1Alpha1TodoPlatform>? Change, bool Lost)> NextAsync(
        IAsyncEnumerator<WatchEvent<V1Alpha1TodoPlatform>> changes, CancellationToken cancellationToken)
    {
        try
        {
            var change = await changes.MoveNextAsync() ? changes.Current : null;
            return change is { Type: WatchEventType.Error } ? (null, true) : (change, false);
        }
        catch (KubernetesException e) when (e.IsTransient || e.Error == KubernetesError.Expired)
        {
            return (null, true);
        }
        catch (KubernetesException e)
        {
            throw await explainer.ExplainAsync(e, "watch", cancellationToken);
        }
    }

    private async Task<V1Alpha1TodoPlatform> AgainAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetAsync<V1Alpha1TodoPlatform>(ns, name, cancellationToken)
                ?? throw new PluginException($"TodoPlatform {ns}/{name} is gone.", ExitCodes.NotReached);
        }
        catch (KubernetesException e)
        {
            throw await explainer.ExplainAsync(e, "get", cancellationToken);
        }
    }
}
