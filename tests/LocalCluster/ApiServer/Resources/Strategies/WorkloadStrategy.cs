using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Selection;

namespace LocalCluster.ApiServer.Resources.Strategies;

/// <summary>What Deployments and ReplicaSets share: a pod template, a selector that must fit it and never changes, a generation.</summary>
internal class WorkloadStrategy : ResourceStrategy
{
    public override bool TracksGeneration => true;

    public override void Default(JsonObject value)
    {
        if (value.ObjectAt("spec", "template", "spec") is { } pod)
        {
            PodDefaults.Apply(pod);
        }
    }

    public override void Validate(JsonObject value, JsonObject? old, FieldErrors errors)
    {
        if (value.ObjectAt("spec", "selector") is not { } selector)
        {
            errors.Required("spec.selector");
            return;
        }

        if (old is not null && !JsonNode.DeepEquals(selector, old.At("spec", "selector")))
        {
            errors.Invalid("spec.selector", selector, "field is immutable");
        }

        var labels = value.At("spec", "template", "metadata", "labels");
        if (!LabelSelector.FromObject(selector).Matches(labels as JsonObject))
        {
            errors.Invalid("spec.template.metadata.labels", labels ?? new JsonObject(), "`selector` does not match template `labels`");
        }

        PodRules.ValidateTemplate(value, errors);
    }
}

/// <summary>Deployments.</summary>
internal sealed class DeploymentStrategy : WorkloadStrategy
{
    public override void Default(JsonObject value)
    {
        base.Default(value);
        if (value.ObjectAt("spec") is not { } spec)
        {
            return;
        }

        var strategy = spec.Ensure("strategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.TextAt("type") == "RollingUpdate")
        {
            var rolling = strategy.Ensure("rollingUpdate");
            rolling.Default("maxSurge", "25%");
            rolling.Default("maxUnavailable", "25%");
        }
    }

    public override void Validate(JsonObject value, JsonObject? old, FieldErrors errors)
    {
        base.Validate(value, old, errors);
        if (value.TextAt("spec", "strategy", "type") == "Recreate" && value.At("spec", "strategy", "rollingUpdate") is not null)
        {
            errors.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
        }
    }
}
