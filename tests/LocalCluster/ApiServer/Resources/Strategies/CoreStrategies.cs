using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Resources.Strategies;

/// <summary>Namespaces: deleted only when the namespace controller has emptied them and taken its finalizer off.</summary>
internal sealed class NamespaceStrategy : ResourceStrategy
{
    public const string NameLabel = "kubernetes.io/metadata.name";

    public override string? NameProblem(string name) => Names.LabelProblem(name);

    public override void PrepareForCreate(JsonObject value)
    {
        value["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        value["status"] = new JsonObject { ["phase"] = "Active" };
    }

    // A manifest does not speak of the finalizers; they are the namespace controller's.
    public override void PrepareForUpdate(JsonObject value, JsonObject old)
    {
        if (value.At("spec", "finalizers") is null)
        {
            value.SetCopy("spec", old["spec"]);
        }
    }

    public override void Default(JsonObject value) =>
        value.Ensure("metadata", "labels")[NameLabel] = value.TextAt("metadata", "name");

    public override string? DeleteProblem(string name) => name is "default" or "kube-system" or "kube-public" ? "this namespace may not be deleted" : null;

    public override void MarkDeleted(JsonObject value) => value.Ensure("status")["phase"] = "Terminating";

    public override bool IsHeld(JsonObject value) => value.ArrayAt("spec", "finalizers") is { Count: > 0 };
}

/// <summary>Secrets: <c>stringData</c> is merged into <c>data</c>.</summary>
internal sealed class SecretStrategy : ResourceStrategy
{
    public override void Default(JsonObject value)
    {
        value.Default("type", "Opaque");
        if (value.ObjectAt("stringData") is not { } texts)
        {
            return;
        }

        var data = value.Ensure("data");
        foreach (var (key, text) in texts)
        {
            data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text.AsText() ?? ""));
        }

        value.Remove("stringData");
    }

    public override void Validate(JsonObject value, JsonObject? old, FieldErrors errors)
    {
        foreach (var (key, item) in value.ObjectAt("data") ?? [])
        {
            var text = item.AsText() ?? "";
            if (!Convert.TryFromBase64String(text, new byte[text.Length], out _))
            {
                errors.Invalid($"data[{key}]", "<redacted>", "must be base64");
            }
        }

        Immutability.Validate(value, old, errors);
        if (old is not null && value.TextAt("type") != old.TextAt("type"))
        {
            errors.Invalid("type", value["type"], "field is immutable");
        }
    }
}

/// <summary>ConfigMaps.</summary>
internal sealed class ConfigMapStrategy : ResourceStrategy
{
    public override void Validate(JsonObject value, JsonObject? old, FieldErrors errors) => Immutability.Validate(value, old, errors);
}

/// <summary><c>immutable: true</c> of ConfigMaps and Secrets.</summary>
internal static class Immutability
{
    public static void Validate(JsonObject value, JsonObject? old, FieldErrors errors)
    {
        if (old?["immutable"].AsBool() != true)
        {
            return;
        }

        foreach (var field in (ReadOnlySpan<string>)["immutable", "data", "binaryData"])
        {
            if (!JsonNode.DeepEquals(value[field], old[field]))
            {
                errors.Forbidden(field, "field is immutable when `immutable` is set");
            }
        }
    }
}

/// <summary>RBAC objects, which are stored and not enforced.</summary>
internal sealed class RbacStrategy : ResourceStrategy
{
    public override string? NameProblem(string name) => Names.PathSegmentProblem(name);
}

/// <summary>Resources whose spec has a generation and nothing else of note.</summary>
internal sealed class CountedStrategy : ResourceStrategy
{
    public override bool TracksGeneration => true;
}

/// <summary>Resources whose whole body is what is wanted, such as EndpointSlices.</summary>
internal sealed class CountedBodyStrategy : ResourceStrategy
{
    public override bool TracksGeneration => true;

    public override bool IsDesired(string field) => field is not ("metadata" or "apiVersion" or "kind" or "status");
}
