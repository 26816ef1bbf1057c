using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Controllers;

/// <summary>A <see cref="ReconciliationResult{TEntity}"/> as the queue needs it.</summary>
internal sealed record ReconcileOutcome(TimeSpan? RequeueAfter, bool IsFailure, bool IsTerminal, string? Message, Exception? Error)
{
    public static ReconcileOutcome Done { get; } = new(null, IsFailure: false, IsTerminal: false, null, null);

    public static ReconcileOutcome Failed(string message, Exception? error) => new(null, IsFailure: true, IsTerminal: false, message, error);

    public static ReconcileOutcome Of<TEntity>(ReconciliationResult<TEntity> result) where TEntity : class, IKubernetesObject =>
        new(result.RequeueAfter, result.IsFailure, result.IsTerminal, result.ErrorMessage, result.Error);
}
