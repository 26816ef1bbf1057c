using System.Text.Json.Nodes;
using Todo.Operator.Resource;

namespace Todo.Operator.Generation;

/// <summary>Pieces that all generated objects share.</summary>
internal static class Manifests
{
    public const string ManagedBy = "todo-operator";

    private const string RetainedAnnotation = "platform.todo.io/retained";

    public static JsonObject Object(GenerationContext context, string apiVersion, string kind, string name) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = context.Namespace,
            ["labels"] = new JsonObject
            {
                ["app.kubernetes.io/managed-by"] = ManagedBy,
                [V1Alpha1TodoPlatform.PlatformLabel] = context.Name,
            },
            ["annotations"] = new JsonObject { [RetainedAnnotation] = "false" },
            ["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = "platform.todo.io/v1alpha1",
                ["kind"] = "TodoPlatform",
                ["name"] = context.Name,
                ["uid"] = context.Uid,
                ["controller"] = true,
                ["blockOwnerDeletion"] = true,
            }),
        },
    };

    /// <summary>
    /// What is said under a name of its own of an object that its platform has let go. Somebody else's field refuses whatever creates the object once more: a request that was held up until
    /// its platform was gone would else give the object back to the platform, and so to the garbage collector.
    /// </summary>
    public static JsonObject Retained(JsonObject manifest) => new()
    {
        ["apiVersion"] = manifest["apiVersion"]!.DeepClone(),
        ["kind"] = manifest["kind"]!.DeepClone(),
        ["metadata"] = new JsonObject
        {
            ["name"] = manifest["metadata"]!["name"]!.DeepClone(),
            ["namespace"] = manifest["metadata"]!["namespace"]!.DeepClone(),
            ["annotations"] = new JsonObject { [RetainedAnnotation] = "true" },
        },
    };

    /// <summary>The same as generated, but nobody's.</summary>
    public static JsonObject Ownerless(JsonObject manifest)
    {
        var copy = manifest.DeepClone().AsObject();
        copy["metadata"]!.AsObject().Remove("ownerReferences");
        copy["metadata"]!.AsObject().Remove("annotations");
        return copy;
    }

    public static JsonObject With(this JsonObject parent, string name, JsonNode? value)
    {
        parent[name] = value;
        return parent;
    }

    public static JsonArray Strings(IEnumerable<string> values) => [.. values.Select(v => (JsonNode)v)];
}

/// <summary>Metadata of a Component, in the order in which it is written: a reordered list is a reload.</summary>
internal sealed class ComponentMetadata
{
    private readonly JsonArray _items = [];

    public ComponentMetadata Value(string name, string? value)
    {
        if (value is not null)
        {
            _items.Add(new JsonObject { ["name"] = name, ["value"] = value });
        }

        return this;
    }

    public ComponentMetadata Flag(string name, bool value) => Value(name, value ? "true" : "false");

    public ComponentMetadata Secret(string name, SecretReference? reference)
    {
        if (reference is not null)
        {
            _items.Add(new JsonObject
            {
                ["name"] = name,
                ["secretKeyRef"] = new JsonObject { ["name"] = reference.Name, ["key"] = reference.Key },
            });
        }

        return this;
    }

    public JsonArray ToJson() => _items;
}
