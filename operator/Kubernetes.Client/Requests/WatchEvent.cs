using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;

namespace Kubernetes.Client.Requests;

/// <summary>One line of a watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object after it, or its last state when deleted; a bookmark carries only a resourceVersion. Null for an error.</param>
/// <param name="Error">For <see cref="WatchEventType.Error"/>: what the server says.</param>
public sealed record WatchEvent<TEntity>(WatchEventType Type, TEntity? Object, KubernetesException? Error = null)
    where TEntity : IKubernetesObject;

/// <summary>Kubernetes' kinds of watch events.</summary>
public enum WatchEventType
{
    /// <summary>New to the watcher.</summary>
    Added,

    /// <summary>Changed.</summary>
    Modified,

    /// <summary>Gone, or no longer selected.</summary>
    Deleted,

    /// <summary>Only a newer resourceVersion to resume from.</summary>
    Bookmark,

    /// <summary>The stream failed; it ends here.</summary>
    Error,
}
