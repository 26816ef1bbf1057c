using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Resources.Strategies;

/// <summary>Checks of pod specs that a schema cannot express.</summary>
internal static class PodRules
{
    private static readonly string[] RestartPolicies = ["Always", "Never", "OnFailure"];

    public static void ValidateTemplate(JsonObject workload, FieldErrors errors)
    {
        var policy = workload.TextAt("spec", "template", "spec", "restartPolicy");
        if (policy is not null and not "Always")
        {
            errors.NotSupported("spec.template.spec.restartPolicy", policy, ["\"Always\""]);
        }

        if (workload.ObjectAt("spec", "template", "spec") is { } spec)
        {
            ValidateSpec(spec, "spec.template.spec", errors);
        }
        else
        {
            errors.Required("spec.template.spec.containers");
        }
    }

    public static void ValidateSpec(JsonObject spec, string path, FieldErrors errors)
    {
        if (spec.TextAt("restartPolicy") is { } policy && !RestartPolicies.Contains(policy))
        {
            errors.NotSupported($"{path}.restartPolicy", policy, RestartPolicies.Select(p => $"\"{p}\""));
        }

        if (spec.ArrayAt("containers") is not { Count: > 0 })
        {
            errors.Required($"{path}.containers");
        }

        var volumes = spec.ObjectsAt("volumes").Select(v => v.TextAt("name")).ToHashSet();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in (string[])["initContainers", "containers"])
        {
            var index = 0;
            foreach (var container in spec.ObjectsAt(list))
            {
                ValidateContainer(container, $"{path}.{list}[{index++}]", names, volumes, errors);
            }
        }
    }

    private static void ValidateContainer(JsonObject container, string path, HashSet<string> names, HashSet<string?> volumes, FieldErrors errors)
    {
        var name = container.TextAt("name");
        if (string.IsNullOrEmpty(name))
        {
            errors.Required($"{path}.name");
        }
        else if (Names.LabelProblem(name) is { } problem)
        {
            errors.Invalid($"{path}.name", name, problem);
        }
        else if (!names.Add(name))
        {
            errors.Duplicate($"{path}.name", name);
        }

        if (string.IsNullOrEmpty(container.TextAt("image")))
        {
            errors.Required($"{path}.image");
        }

        var mount = 0;
        foreach (var volume in container.ObjectsAt("volumeMounts").Select(m => m.TextAt("name")))
        {
            if (!volumes.Contains(volume))
            {
                errors.Invalid($"{path}.volumeMounts[{mount}].name", volume, "Not found");
            }

            mount++;
        }

        var index = 0;
        foreach (var variable in container.ObjectsAt("env"))
        {
            var from = variable.ObjectAt("valueFrom");
            if (from is not null && !string.IsNullOrEmpty(variable.TextAt("value")))
            {
                errors.Invalid($"{path}.env[{index}].valueFrom", "", "may not be specified when `value` is not empty");
            }

            index++;
        }
    }
}
