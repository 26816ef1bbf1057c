using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Controllers;

/// <summary>How a reconcile ended, and when to look again.</summary>
public sealed record ReconciliationResult<TEntity> where TEntity : class, IKubernetesObject
{
    private ReconciliationResult(TEntity entity) => Entity = entity;

    /// <summary>The object as last known.</summary>
    public TEntity Entity { get; }

    /// <summary>Whether it went well.</summary>
    public bool IsSuccess => ErrorMessage is null;

    /// <summary>Whether it did not.</summary>
    public bool IsFailure => !IsSuccess;

    /// <summary>Whether trying again without a change of the object is pointless.</summary>
    public bool IsTerminal { get; private init; }

    /// <summary>What went wrong.</summary>
    public string? ErrorMessage { get; private init; }

    /// <summary>The cause, where there is one.</summary>
    public Exception? Error { get; private init; }

    /// <summary>When to look again without an event. Null: only on an event or, after a failure, with back-off.</summary>
    public TimeSpan? RequeueAfter { get; private init; }

    // The factories sit on the type as in KubeOps, so that a controller reads the same with either.
#pragma warning disable CA1000

    /// <summary>Done; look again on an event, or after <paramref name="requeueAfter"/>.</summary>
    public static ReconciliationResult<TEntity> Success(TEntity entity, TimeSpan? requeueAfter = null) =>
        new(entity) { RequeueAfter = requeueAfter };

    /// <summary>Failed; tried again with exponential back-off, or after exactly <paramref name="requeueAfter"/>.</summary>
    public static ReconciliationResult<TEntity> Failure(TEntity entity, string message, Exception? error = null, TimeSpan? requeueAfter = null) =>
        new(entity) { ErrorMessage = message, Error = error, RequeueAfter = requeueAfter };

    /// <summary>Failed in a way that only a change of the object can cure: counted and logged, not tried again.</summary>
    public static ReconciliationResult<TEntity> TerminalFailure(TEntity entity, string message, Exception? error = null) =>
        new(entity) { ErrorMessage = message, Error = error, IsTerminal = true };
}
