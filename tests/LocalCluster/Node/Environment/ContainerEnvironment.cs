using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Node.Environment;

/// <summary>What a container refers to is not there; its start has to wait.</summary>
public sealed class ConfigMissingException(string message) : Exception(message);

/// <summary>Works out a container's variables from <c>env</c>, <c>envFrom</c>, ConfigMaps, Secrets and the pod itself.</summary>
/// <param name="pod">The pod; its status need not have the address yet.</param>
/// <param name="podAddress">Value of <c>status.podIP</c>.</param>
/// <param name="hostAddress">Value of <c>status.hostIP</c>.</param>
/// <param name="read">Reads a ConfigMap or Secret of the pod's namespace; null when there is none.</param>
internal sealed class ContainerEnvironment(JsonObject pod, string podAddress, string hostAddress, Func<ResourceType, string, JsonObject?> read)
{
    /// <summary>The variables, in no order. Later ones win and see the earlier ones as <c>$(NAME)</c>.</summary>
    /// <param name="container">The container's spec.</param>
    /// <param name="initial">What is there before the container's own (image, host).</param>
    /// <exception cref="ConfigMissingException">A ConfigMap, Secret or key is missing and not optional.</exception>
    public Dictionary<string, string> Resolve(JsonObject container, IReadOnlyDictionary<string, string> initial)
    {
        var declared = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in container.Items("envFrom"))
        {
            AddAll(declared, source);
        }

        foreach (var variable in container.Items("env"))
        {
            var name = variable.Text("name") ?? "";
            if (variable.At("valueFrom") is JsonObject from)
            {
                if (ValueFrom(from, container) is { } value)
                {
                    declared[name] = value;
                }
            }
            else
            {
                declared[name] = VariableExpansion.Expand(variable.Text("value") ?? "", key => declared.GetValueOrDefault(key));
            }
        }

        var result = new Dictionary<string, string>(initial, StringComparer.Ordinal);
        foreach (var (name, value) in declared)
        {
            result[name] = value;
        }

        return result;
    }

    private void AddAll(Dictionary<string, string> variables, JsonObject source)
    {
        var prefix = source.Text("prefix") ?? "";
        var (type, reference) = source.At("configMapRef") is JsonObject map
            ? (ResourceTypes.ConfigMaps, map)
            : (ResourceTypes.Secrets, source.At("secretRef") as JsonObject ?? []);
        if (Find(type, reference) is not { } found)
        {
            return;
        }

        foreach (var (key, value) in found.At("data") as JsonObject ?? [])
        {
            variables[prefix + key] = Decode(type, value.Text() ?? "");
        }
    }

    private string? ValueFrom(JsonObject from, JsonObject container)
    {
        if (from.At("fieldRef") is JsonObject field)
        {
            return Field(field.Text("fieldPath") ?? "");
        }

        if (from.At("resourceFieldRef") is JsonObject resource)
        {
            return Resource(resource, container);
        }

        var (type, reference) = from.At("configMapKeyRef") is JsonObject map
            ? (ResourceTypes.ConfigMaps, map)
            : (ResourceTypes.Secrets, from.At("secretKeyRef") as JsonObject ?? []);
        var key = reference.Text("key") ?? "";
        if (Find(type, reference) is not { } found)
        {
            return null;
        }

        if (found.Text("data", key) is { } value)
        {
            return Decode(type, value);
        }

        return reference.Flag("optional")
            ? null
            : throw new ConfigMissingException($"couldn't find key {key} in {type.Kind} {pod.Namespace()}/{reference.Text("name")}");
    }

    private JsonObject? Find(ResourceType type, JsonObject reference)
    {
        var name = reference.Text("name") ?? "";
        return read(type, name)
            ?? (reference.Flag("optional") ? null : throw new ConfigMissingException($"{type.Kind.ToLowerInvariant()} \"{name}\" not found"));
    }

    private string? Field(string path)
    {
        if (path.IndexOf('[', StringComparison.Ordinal) is var bracket and > 0)
        {
            var key = path[(bracket + 1)..].TrimEnd(']').Trim('\'', '"');
            return path[..bracket] switch
            {
                "metadata.labels" => pod.Label(key) ?? "",
                "metadata.annotations" => pod.Annotation(key) ?? "",
                _ => null,
            };
        }

        return path switch
        {
            "metadata.name" => pod.Name(),
            "metadata.namespace" => pod.Namespace(),
            "metadata.uid" => pod.Uid(),
            "spec.nodeName" => pod.Text("spec", "nodeName"),
            "spec.serviceAccountName" => pod.Text("spec", "serviceAccountName") ?? "default",
            "status.podIP" or "status.podIPs" => podAddress,
            "status.hostIP" or "status.hostIPs" => hostAddress,
            _ => null,
        };
    }

    private string Resource(JsonObject reference, JsonObject container)
    {
        var name = reference.Text("containerName");
        var of = name is null ? container : pod.Items("spec", "containers").FirstOrDefault(c => c.Text("name") == name) ?? container;
        var path = (reference.Text("resource") ?? "").Split('.', 2);
        var amount = path.Length == 2 && Quantity.TryParse(of.Text("resources", path[0], path[1]), out var quantity) ? quantity : 0;
        var divisor = Quantity.TryParse(reference.Text("divisor"), out var d) && d > 0 ? d : 1;
        return Math.Ceiling(amount / divisor).ToString("0", CultureInfo.InvariantCulture);
    }

    private static string Decode(ResourceType type, string value) =>
        type == ResourceTypes.Secrets ? Encoding.UTF8.GetString(Convert.FromBase64String(value)) : value;
}
