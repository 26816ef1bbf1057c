namespace LocalCluster.ApiServer.Telemetry;

/// <summary>One request that was answered.</summary>
/// <param name="Time">When it came.</param>
/// <param name="UserAgent">The first word of the User-Agent header.</param>
/// <param name="User">Whose token it carried.</param>
/// <param name="Verb">get, list, watch, create, update, patch, delete, deletecollection; or the HTTP method outside of resources.</param>
/// <param name="Resource">Plural with group (<c>deployments.apps</c>); empty outside of resources.</param>
/// <param name="Code">HTTP status; 0 when the connection was cut before an answer.</param>
public sealed record RequestRecord(
    DateTimeOffset Time, string UserAgent, string User, string Verb, string Resource, string? Namespace, string? Name, string? Subresource,
    string Path, bool DryRun, int Code, TimeSpan Duration)
{
    /// <summary>True for a request that asked to change something.</summary>
    public bool IsWrite => !DryRun && Verb is "create" or "update" or "patch" or "delete" or "deletecollection";
}
