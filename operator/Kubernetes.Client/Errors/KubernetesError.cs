namespace Kubernetes.Client.Errors;

/// <summary>What kind of failure a request met, for decisions.</summary>
public enum KubernetesError
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>400: the request makes no sense to the server.</summary>
    BadRequest,

    /// <summary>401: not logged in, or no longer.</summary>
    Unauthorized,

    /// <summary>403: the role lacks a permission.</summary>
    Forbidden,

    /// <summary>404: no such object, or no such resource type.</summary>
    NotFound,

    /// <summary>409: the name is taken.</summary>
    AlreadyExists,

    /// <summary>409: the object has changed since it was read, or a precondition does not hold.</summary>
    Conflict,

    /// <summary>409 on apply: another manager owns a field (<see cref="KubernetesException.FieldConflicts"/>).</summary>
    FieldManagerConflict,

    /// <summary>410: the resourceVersion or continue token is too old; list again.</summary>
    Expired,

    /// <summary>422: the object breaks its schema or rules (details in the causes); also a failed <c>test</c> of a JSON patch.</summary>
    Invalid,

    /// <summary>429: slow down; see <see cref="KubernetesException.RetryAfter"/>.</summary>
    TooManyRequests,

    /// <summary>The server or we gave up waiting; a write may have happened.</summary>
    Timeout,

    /// <summary>5xx: the server failed; a write may have happened.</summary>
    ServerError,

    /// <summary>No connection, or it broke; a write may have happened.</summary>
    Unreachable,
}
