using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.Ownership;

/// <summary>The annotation in which client-side <c>kubectl apply</c> notes what it applied, and what it means for server-side apply.</summary>
internal static class LastApplied
{
    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    // Only kubectl itself may go on from its note.
    private const string Manager = "kubectl";

    /// <summary>Fields that kubectl may take although another entry has them: it set them itself, and nobody has changed them since.</summary>
    public static FieldSet AllowedConflicts(Schema schema, JsonObject live, string manager)
    {
        if (manager != Manager || Read(live) is not { } applied)
        {
            return FieldSet.Empty;
        }

        var since = FieldChanges.Between(applied, live, schema);
        return FieldSets.Applied(applied, schema).Subtract(since.AddedOrModified).Subtract(since.Removed);
    }

    /// <summary>Keeps the note right, so that one can go back to client-side apply.</summary>
    public static void Update(JsonObject live, JsonObject merged, JsonObject config, string manager)
    {
        if (manager == Manager && Read(live) is not null && merged.ObjectAt("metadata", "annotations") is { } annotations)
        {
            annotations[Annotation] = JsonText.ToText(config) + "\n";
        }
    }

    private static JsonObject? Read(JsonObject value)
    {
        try
        {
            return value.TextAt("metadata", "annotations", Annotation) is { } text ? JsonText.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            // Somebody wrote something else there.
            return null;
        }
    }
}
