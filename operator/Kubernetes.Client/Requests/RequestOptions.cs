using Kubernetes.Client.Entities;

namespace Kubernetes.Client.Requests;

/// <summary>Narrows a list or watch.</summary>
public sealed record ListOptions
{
    /// <summary>Namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector as kubectl takes it, for example <c>app in (a,b),!canary</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector, for example <c>metadata.name=todo</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Items per page; null for all at once.</summary>
    public int? Limit { get; init; }

    /// <summary>Token of the next page, from the list's metadata.</summary>
    public string? Continue { get; init; }

    /// <summary>Minimum version (<c>0</c>: whatever the server has at hand); null for the newest.</summary>
    public string? ResourceVersion { get; init; }
}

/// <summary>Where a watch starts and how it ends.</summary>
public sealed record WatchOptions
{
    /// <summary>Namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Changes after this version; null: start with the current state, as Added events.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>How long the server keeps the stream open; null: the server decides.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The stream is given up when nothing (not even a bookmark) arrives for this long; null: never.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// Asks for the current state first, ended by a bookmark annotated <c>k8s.io/initial-events-end</c> (WatchList, Kubernetes 1.27 and newer).
    /// </summary>
    public bool SendInitialEvents { get; init; }
}

/// <summary>Options of a server-side apply.</summary>
public sealed record ApplyOptions
{
    /// <summary>Takes the name of the field manager.</summary>
    public ApplyOptions(string fieldManager) => FieldManager = fieldManager;

    /// <summary>Who owns the applied fields.</summary>
    public string FieldManager { get; init; }

    /// <summary>Whether to take fields over from other managers; otherwise they are a <see cref="Errors.KubernetesError.FieldManagerConflict"/>.</summary>
    public bool Force { get; init; }

    /// <summary>The object must still be at this version, else Conflict; null: whatever it is at.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>For example <c>status</c>.</summary>
    public string? Subresource { get; init; }

    /// <summary>Only say what would happen.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Options of create, replace and patch.</summary>
public sealed record WriteOptions
{
    /// <summary>Who owns the written fields; null: the client's user agent.</summary>
    public string? FieldManager { get; init; }

    /// <summary>For example <c>status</c>.</summary>
    public string? Subresource { get; init; }

    /// <summary>Only say what would happen.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Options of a delete.</summary>
public sealed record DeleteOptions
{
    /// <summary>The object must still be this one, else Conflict. Delete by name alone may hit a successor.</summary>
    public string? Uid { get; init; }

    /// <summary>The object must still be at this version, else Conflict.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>What happens to the objects it owns; null: the resource's default.</summary>
    public PropagationPolicy? PropagationPolicy { get; init; }

    /// <summary>Time to end in; null: the object's own.</summary>
    public TimeSpan? GracePeriod { get; init; }
}

/// <summary>What a delete came to.</summary>
/// <param name="Found">Whether there was an object.</param>
/// <param name="Remaining">The object when it is still there: it waits for its finalizers, its grace period or its dependents.</param>
public sealed record DeleteResult<TEntity>(bool Found, TEntity? Remaining) where TEntity : class, IKubernetesObject;

/// <summary>What a delete does to owned objects.</summary>
public enum PropagationPolicy
{
    /// <summary>They are deleted afterwards.</summary>
    Background,

    /// <summary>They are deleted first.</summary>
    Foreground,

    /// <summary>They stay.</summary>
    Orphan,
}
