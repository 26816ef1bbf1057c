using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Resources;

/// <summary>What is special about a resource when it is written. The base class fits a resource without rules of its own.</summary>
internal class ResourceStrategy
{
    public static readonly ResourceStrategy Plain = new();

    /// <summary>True: <c>metadata.generation</c> counts changes of what the user asks for.</summary>
    public virtual bool TracksGeneration => false;

    /// <summary>Top-level fields whose change is a new generation.</summary>
    public virtual bool IsDesired(string field) => field == "spec";

    /// <summary>Defaults that depend on other fields; those that don't are in the schema.</summary>
    public virtual void Default(JsonObject value)
    {
    }

    public virtual void PrepareForCreate(JsonObject value)
    {
    }

    public virtual void PrepareForUpdate(JsonObject value, JsonObject old)
    {
    }

    public virtual void Validate(JsonObject value, JsonObject? old, FieldErrors errors)
    {
    }

    /// <summary>Takes what can be taken only once, such as an address, for a new object that is about to be stored.</summary>
    public virtual void Complete(JsonObject value)
    {
    }

    /// <summary>Why no client may delete the object of this name; null: it may.</summary>
    public virtual string? DeleteProblem(string name) => null;

    /// <summary>Marks the object when it is deleted but has to stay for a while.</summary>
    public virtual void MarkDeleted(JsonObject value)
    {
    }

    /// <summary>Seconds between the request to delete and the removal, which somebody (the node) then does; 0: none.</summary>
    public virtual long GracePeriod(JsonObject value, long? requested) => 0;

    /// <summary>True while something other than <c>metadata.finalizers</c> keeps a deleted object.</summary>
    public virtual bool IsHeld(JsonObject value) => false;

    /// <summary>A name that the resource accepts. The usual rule is RFC 1123 subdomain.</summary>
    public virtual string? NameProblem(string name) => Names.SubdomainProblem(name);
}
