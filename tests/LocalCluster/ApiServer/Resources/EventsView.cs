using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Resources;

/// <summary><c>events.k8s.io/v1</c> over events that are stored as core v1: the same facts under newer names.</summary>
internal sealed class EventsView : IObjectView
{
    // Stored name, shown name.
    private static readonly (string Stored, string Shown)[] Names =
    [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("reportingComponent", "reportingController"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
    ];

    public bool IsStored(JsonObject stored) => false;

    public JsonObject FromStored(JsonObject stored)
    {
        stored["apiVersion"] = "events.k8s.io/v1";
        foreach (var (from, to) in Names)
        {
            Rename(stored, from, to);
        }

        return stored;
    }

    public JsonObject ToStored(JsonObject shown)
    {
        shown["apiVersion"] = "v1";
        foreach (var (to, from) in Names)
        {
            Rename(shown, from, to);
        }

        return shown;
    }

    private static void Rename(JsonObject value, string from, string to)
    {
        if (value[from] is { } field)
        {
            value.Remove(from);
            value.SetCopy(to, field);
        }
    }
}
