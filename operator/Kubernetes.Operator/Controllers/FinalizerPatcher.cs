using System.Globalization;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Requests;

namespace Kubernetes.Operator.Controllers;

/// <summary>Sets and removes one finalizer, leaving the others alone whatever happens at the same time.</summary>
/// <remarks>
/// Each patch tests that it meets the same object (uid) and the list as it was seen; a failed test means that somebody was quicker, and the newest state decides.
/// </remarks>
internal sealed class FinalizerPatcher<TEntity>(IKubernetesClient client) where TEntity : class, IKubernetesObject
{
    private const int MaxAttempts = 5;
    private const string Finalizers = "/metadata/finalizers";

    /// <summary>The object with the finalizer; null when it is gone or being deleted.</summary>
    public Task<TEntity?> AddAsync(TEntity entity, string name, CancellationToken cancellationToken) =>
        PatchAsync(
            entity,
            current => current.IsDeleting() || current.HasFinalizer(name) ? null : AddPatch(current, name),
            static current => current.IsDeleting() ? null : current,
            cancellationToken);

    /// <summary>The object without the finalizer; null when it is gone.</summary>
    public Task<TEntity?> RemoveAsync(TEntity entity, string name, CancellationToken cancellationToken) =>
        PatchAsync(entity, current => RemovePatch(current, name), static current => current, cancellationToken);

    internal static JsonPatch AddPatch(TEntity entity, string name)
    {
        var patch = new JsonPatch().Test("/metadata/uid", entity.Uid());

        // "add" replaces a list that somebody else has made meanwhile, so then the version must still be the one that had none.
        return entity.Metadata.Finalizers is { Count: > 0 }
            ? patch.Add(Finalizers + "/-", name)
            : patch.Test("/metadata/resourceVersion", entity.ResourceVersion()).Add(Finalizers, new JsonArray(name));
    }

    internal static JsonPatch? RemovePatch(TEntity entity, string name)
    {
        var index = entity.Metadata.Finalizers?.IndexOf(name) ?? -1;
        if (index < 0)
        {
            return null;
        }

        var path = $"{Finalizers}/{index.ToString(CultureInfo.InvariantCulture)}";
        return new JsonPatch().Test("/metadata/uid", entity.Uid()).Test(path, name).Remove(path);
    }

    private async Task<TEntity?> PatchAsync(
        TEntity entity, Func<TEntity, JsonPatch?> makePatch, Func<TEntity, TEntity?> unchanged, CancellationToken cancellationToken)
    {
        var uid = entity.Uid();
        for (var attempt = 1; ; attempt++)
        {
            if (makePatch(entity) is not { } patch)
            {
                return unchanged(entity);
            }

            try
            {
                return await client.PatchAsync<TEntity>(entity.Namespace(), entity.Name(), patch, cancellationToken: cancellationToken);
            }
            catch (KubernetesException e) when (e.Error == KubernetesError.NotFound)
            {
                return null;
            }
            catch (KubernetesException e) when (attempt < MaxAttempts && e.Error is KubernetesError.Invalid or KubernetesError.Conflict)
            {
                var current = await client.GetAsync<TEntity>(entity.Namespace(), entity.Name(), cancellationToken);
                if (current is null || current.Uid() != uid)
                {
                    return null;
                }

                entity = current;
            }
        }
    }
}
