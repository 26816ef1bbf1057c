using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Controllers.Namespaces;

/// <summary>What is still there of a namespace that is being deleted, as its conditions tell it. Source: Kubernetes' namespace controller.</summary>
internal sealed class NamespaceContent
{
    private readonly SortedDictionary<string, int> _resources = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _finalizers = new(StringComparer.Ordinal);

    public bool IsEmpty => _resources.Count == 0;

    public void Add(ResourceType type, JsonObject value)
    {
        Count(_resources, $"{type.Plural}.{type.Group}");
        foreach (var finalizer in value.Strings("metadata", "finalizers"))
        {
            Count(_finalizers, finalizer);
        }
    }

    /// <summary>Writes the conditions into a status.</summary>
    public void Tell(JsonObject status, DateTimeOffset now)
    {
        Set("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered");
        Set("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed");
        Set("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization");
        if (IsEmpty)
        {
            Set("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed");
        }
        else
        {
            Set("NamespaceContentRemaining", true, "SomeResourcesRemain", $"Some resources are remaining: {Text(_resources, "has")}");
        }

        if (_finalizers.Count == 0)
        {
            Set("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished");
        }
        else
        {
            Set("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {Text(_finalizers, "in")}");
        }

        void Set(string type, bool value, string reason, string message)
        {
            if (Conditions.Find(status, type).Text("message") is { } former && former != message)
            {
                Conditions.Remove(status, type);
            }

            Conditions.Set(status, type, value ? "True" : "False", reason, message, now);
        }
    }

    private static void Count(SortedDictionary<string, int> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    private static string Text(SortedDictionary<string, int> counts, string verb) => string.Join(", ", counts.Select(c => $"{c.Key} {verb} {c.Value} resource instances"));
}
