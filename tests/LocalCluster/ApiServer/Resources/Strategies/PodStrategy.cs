using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Resources.Strategies;

/// <summary>Pods: nearly all of the spec is fixed at creation; a pod on a node is given time to end.</summary>
internal sealed class PodStrategy : ResourceStrategy
{
    public override void Default(JsonObject value)
    {
        if (value.ObjectAt("spec") is { } spec)
        {
            PodDefaults.Apply(spec);
            spec.Default("enableServiceLinks", true);
        }
    }

    public override void PrepareForCreate(JsonObject value) => value["status"] = new JsonObject { ["phase"] = "Pending" };

    public override void Validate(JsonObject value, JsonObject? old, FieldErrors errors)
    {
        if (value.ObjectAt("spec") is not { } spec)
        {
            errors.Required("spec.containers");
            return;
        }

        PodRules.ValidateSpec(spec, "spec", errors);
        if (old is not null && !JsonNode.DeepEquals(Fixed(spec), Fixed(old.ObjectAt("spec")!)))
        {
            errors.Forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`," +
                "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
        }
    }

    public override long GracePeriod(JsonObject value, long? requested)
    {
        var isRunning = value.TextAt("spec", "nodeName") is { Length: > 0 } && value.TextAt("status", "phase") is not ("Succeeded" or "Failed");
        return isRunning ? requested ?? value.NumberAt("spec", "terminationGracePeriodSeconds") ?? 30 : 0;
    }

    // nodeName is set once, by binding the pod; the scheduler of this cluster does that by an update.
    private static JsonObject Fixed(JsonObject spec)
    {
        var copy = spec.Copy();
        foreach (var field in (ReadOnlySpan<string>)["nodeName", "activeDeadlineSeconds", "tolerations", "schedulingGates"])
        {
            copy.Remove(field);
        }

        foreach (var container in copy.ObjectsAt("containers").Concat(copy.ObjectsAt("initContainers")))
        {
            container.Remove("image");
        }

        return copy;
    }
}
