using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Writing;

/// <summary>How a write is to be done: the query parameters of a request in typed form.</summary>
internal sealed record WriteOptions(string FieldManager)
{
    public bool DryRun { get; init; }

    /// <summary>What happens to fields that the resource does not have.</summary>
    public FieldValidation Validation { get; init; } = FieldValidation.Ignore;

    /// <summary>Null for the object itself, else <c>status</c> or <c>scale</c>.</summary>
    public string? Subresource { get; init; }

    /// <summary>Server-side apply: take fields from other managers.</summary>
    public bool Force { get; init; }

    /// <summary>True for a PUT over HTTP: some resources then insist on a resourceVersion.</summary>
    public bool IsReplace { get; init; }

    /// <summary>Texts for the client's <c>Warning</c> headers.</summary>
    public ICollection<string> Warnings { get; init; } = [];
}

/// <summary>Kubernetes' <c>fieldValidation</c>: unknown fields are dropped silently, with a warning, or refused.</summary>
internal enum FieldValidation
{
    Ignore,
    Warn,
    Strict,
}

/// <summary>The object after the write, in the version that was asked for.</summary>
internal sealed record WriteResult(JsonObject Value, bool Created = false);
