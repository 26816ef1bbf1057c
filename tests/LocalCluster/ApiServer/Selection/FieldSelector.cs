using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Selection;

/// <summary>A field selector: <c>a=b</c>, <c>a==b</c>, <c>a!=b</c>, joined by commas, on the few fields that a resource offers.</summary>
internal sealed class FieldSelector(IReadOnlyList<(string[] Path, bool Equal, string Value)> terms)
{
    private static readonly HashSet<string> Everywhere = new(StringComparer.Ordinal) { "metadata.name", "metadata.namespace" };

    private static readonly Dictionary<(string Group, string Plural), HashSet<string>> Others = new()
    {
        [("", "pods")] = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase", "status.podIP", "status.nominatedNodeName"],
        [("", "events")] = [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type"],
        [("events.k8s.io", "events")] = ["regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "reason", "reportingController", "type"],
        [("", "secrets")] = ["type"],
        [("", "namespaces")] = ["status.phase"],
        [("", "nodes")] = ["spec.unschedulable"],
        [("", "services")] = ["spec.clusterIP", "spec.type"],
        [("apps", "replicasets")] = ["status.replicas"],
    };

    public static readonly FieldSelector Everything = new([]);

    public bool IsEverything => terms.Count == 0;

    public bool Matches(JsonObject value) => terms.All(t => Read(value, t.Path) == t.Value == t.Equal);

    public static FieldSelector Parse(string? text, ResourceType type)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }

        return new FieldSelector([.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(t => ParseOne(t, type))]);
    }

    private static (string[] Path, bool Equal, string Value) ParseOne(string text, ResourceType type)
    {
        var at = text.IndexOf('=');
        if (at <= 0)
        {
            throw ApiErrors.BadRequest($"invalid selector: '{text}'; can't understand '{text}'");
        }

        var equal = text[at - 1] != '!';
        var field = equal ? text[..at] : text[..(at - 1)];
        var value = text[(at + 1)..].TrimStart('=');
        if (!Everywhere.Contains(field) && Others.GetValueOrDefault((type.Group, type.Plural))?.Contains(field) != true)
        {
            throw ApiErrors.BadRequest($"Unable to find \"{type.ApiVersion}, Resource={type.Plural}\" that match label selector \"\", field selector \"{text}\": field label not supported: {field}");
        }

        return (field.Split('.'), equal, value);
    }

    // An absent field is the same as an empty one; events call their source's component just "source".
    private static string Read(JsonObject value, string[] path) =>
        value.At(path) switch
        {
            JsonObject nested => nested.TextAt("component") ?? "",
            null => "",
            var node => node.AsText() ?? node.ToJsonString(),
        };
}
