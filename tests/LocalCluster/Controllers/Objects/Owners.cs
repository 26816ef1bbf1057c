using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.Controllers.Objects;

/// <summary>Changes of <c>metadata.ownerReferences</c>.</summary>
internal static class Owners
{
    /// <summary>Makes <paramref name="owner"/> the controller of an object that has none.</summary>
    public static void Adopt(JsonObject value, JsonObject owner, ResourceType ownerType) =>
        value.Child("metadata").ChildList("ownerReferences").Add((JsonNode)Metadata.OwnerReference(owner, ownerType.ApiVersion, ownerType.Kind));

    /// <summary>Takes out the references to an owner.</summary>
    public static void Release(JsonObject value, string ownerUid)
    {
        var list = value.Child("metadata").ChildList("ownerReferences");
        foreach (var reference in list.OfType<JsonObject>().Where(reference => reference.Text("uid") == ownerUid).ToList())
        {
            list.Remove(reference);
        }
    }
}
