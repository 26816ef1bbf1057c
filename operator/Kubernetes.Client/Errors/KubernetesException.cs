using System.Net;
using Kubernetes.Client.Models;

namespace Kubernetes.Client.Errors;

/// <summary>A refused or failed request, with the server's <see cref="V1Status"/> where it sent one.</summary>
public sealed class KubernetesException : Exception
{
    private const string FieldConflictReason = "FieldManagerConflict";

    /// <summary>A failure that the server has answered.</summary>
    public KubernetesException(V1Status status, TimeSpan? retryAfter = null, Exception? inner = null)
        : this(Classify(status), status.Message ?? status.Reason ?? $"status {status.Code}", status, retryAfter, inner)
    {
    }

    /// <summary>A failure before there was an answer.</summary>
    public KubernetesException(KubernetesError error, string message, Exception? inner = null)
        : this(error, message, new V1Status { Status = "Failure", Message = message, Reason = error.ToString() }, null, inner)
    {
    }

    private KubernetesException(KubernetesError error, string message, V1Status status, TimeSpan? retryAfter, Exception? inner)
        : base(message, inner)
    {
        Error = error;
        Status = status;
        RetryAfter = retryAfter ?? (status.Details?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null);
    }

    /// <summary>What kind of failure it is.</summary>
    public KubernetesError Error { get; }

    /// <summary>The server's answer; made up from <see cref="Error"/> when there was none.</summary>
    public V1Status Status { get; }

    /// <summary>HTTP status code; null without an answer.</summary>
    public HttpStatusCode? StatusCode => (HttpStatusCode?)Status.Code;

    /// <summary>How long the server asks to wait; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the same request may succeed later without a change.</summary>
    public bool IsTransient => Error is KubernetesError.TooManyRequests or KubernetesError.Timeout or KubernetesError.ServerError
        or KubernetesError.Unreachable;

    /// <summary>The fields of an apply that others own: the manager's description as the server words it, and the field's path.</summary>
    public IReadOnlyList<FieldConflict> FieldConflicts =>
        [.. (Status.Details?.Causes ?? []).Where(static c => c.Reason == FieldConflictReason).Select(static c => new FieldConflict(c.Field ?? "", c.Message ?? ""))];

    private static KubernetesError Classify(V1Status status) => status.Reason switch
    {
        "AlreadyExists" => KubernetesError.AlreadyExists,
        "Expired" or "Gone" => KubernetesError.Expired,
        "Timeout" or "ServerTimeout" => KubernetesError.Timeout,
        _ => status.Code switch
        {
            400 => KubernetesError.BadRequest,
            401 => KubernetesError.Unauthorized,
            403 => KubernetesError.Forbidden,
            404 => KubernetesError.NotFound,
            409 when status.Details?.Causes?.Any(static c => c.Reason == FieldConflictReason) == true => KubernetesError.FieldManagerConflict,
            409 => KubernetesError.Conflict,
            410 => KubernetesError.Expired,
            422 => KubernetesError.Invalid,
            429 => KubernetesError.TooManyRequests,
            408 or 504 => KubernetesError.Timeout,
            >= 500 => KubernetesError.ServerError,
            _ => KubernetesError.Other,
        },
    };
}

/// <summary>A field that another manager owns.</summary>
/// <param name="Field">Path, for example <c>.spec.replicas</c>.</param>
/// <param name="Message">The server's words, for example <c>conflict with "kubectl" using apps/v1</c>.</param>
public sealed record FieldConflict(string Field, string Message);
