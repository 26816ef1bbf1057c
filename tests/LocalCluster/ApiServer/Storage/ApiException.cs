using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Storage;

/// <summary>A refusal in Kubernetes' terms; over HTTP it becomes a <c>Status</c> body.</summary>
public sealed class ApiException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    /// <summary>HTTP status: 400, 404, 409, 410, 422, ...</summary>
    public int Code { get; } = code;

    /// <summary>Kubernetes' machine-readable reason: NotFound, AlreadyExists, Conflict, Invalid, Expired, BadRequest, ...</summary>
    public string Reason { get; } = reason;

    /// <summary><c>details</c> of the Status, with causes where there are any.</summary>
    public JsonObject? Details { get; } = details;
}
