using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Resources;

/// <summary>Conversion between an API version and the stored form. Both directions may change and return the object given.</summary>
internal interface IObjectView
{
    /// <summary>True when the stored form is what this version shows.</summary>
    bool IsStored(JsonObject stored);

    JsonObject FromStored(JsonObject stored);

    JsonObject ToStored(JsonObject shown);
}

/// <summary>The only version of a resource, which is stored as it is.</summary>
internal sealed class SameView : IObjectView
{
    public static readonly SameView Instance = new();

    public bool IsStored(JsonObject stored) => true;

    public JsonObject FromStored(JsonObject stored) => stored;

    public JsonObject ToStored(JsonObject shown) => shown;
}

/// <summary>One of several versions of a custom resource with conversion strategy None: only the apiVersion differs.</summary>
internal sealed class VersionView(string apiVersion, string storedApiVersion) : IObjectView
{
    public bool IsStored(JsonObject stored) => stored.TextAt("apiVersion") == apiVersion;

    public JsonObject FromStored(JsonObject stored)
    {
        stored["apiVersion"] = apiVersion;
        return stored;
    }

    public JsonObject ToStored(JsonObject shown)
    {
        shown["apiVersion"] = storedApiVersion;
        return shown;
    }
}
