using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Requests;

namespace Kubernetes.Operator.Applying;

/// <summary>Server-side apply that sends nothing when nothing would change.</summary>
/// <remarks>
/// Compares what is wanted with the live object and with the fields that the manager owns there (<c>managedFields</c>): a request is sent when a
/// wanted field is missing, differs or is not owned yet, or when an owned one is no longer wanted. Right after a restart too.
/// </remarks>
public interface IApplier
{
    /// <summary>Applies when needed.</summary>
    /// <param name="live">The object as it is, from a cache or a request (see <c>AddCache</c>); null when it does not exist.</param>
    /// <param name="desired">Only the fields to own, with name and namespace. Empty and null fields count as not wanted.</param>
    /// <param name="options">Manager, force, precondition, subresource.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The object afterwards, and whether a request was sent.</returns>
    Task<ApplyResult<TEntity>> ApplyAsync<TEntity>(
        TEntity? live, TEntity desired, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject;

    /// <inheritdoc cref="ApplyAsync{TEntity}(TEntity, TEntity, ApplyOptions, CancellationToken)"/>
    Task<ApplyResult<TEntity>> ApplyAsync<TEntity>(
        TEntity? live, JsonObject desired, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject;
}

/// <summary>What an apply came to.</summary>
/// <param name="Entity">The object afterwards.</param>
/// <param name="Written">Whether a request was sent.</param>
public sealed record ApplyResult<TEntity>(TEntity Entity, bool Written) where TEntity : class, IKubernetesObject;
