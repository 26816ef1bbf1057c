using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Resources.Strategies;

/// <summary>Services: a ClusterIP from the cluster's range, which then stays.</summary>
internal sealed class ServiceStrategy(ServiceAddresses addresses) : ResourceStrategy
{
    private const string Headless = "None";

    public override string? NameProblem(string name) => Names.LabelProblem(name);

    public override void Default(JsonObject value)
    {
        if (value.ObjectAt("spec") is not { } spec || spec.TextAt("type") == "ExternalName")
        {
            return;
        }

        spec.Default("type", "ClusterIP");
        spec.Default("sessionAffinity", "None");
        spec.Default("internalTrafficPolicy", "Cluster");
        spec.Default("ipFamilyPolicy", "SingleStack");
        if (spec["ipFamilies"] is null)
        {
            spec["ipFamilies"] = new JsonArray("IPv4");
        }

        foreach (var port in spec.ObjectsAt("ports"))
        {
            port.Default("protocol", "TCP");
            if (port["targetPort"] is null && port["port"] is { } number)
            {
                port["targetPort"] = number.DeepClone();
            }
        }
    }

    public override void PrepareForCreate(JsonObject value) => value["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };

    public override void PrepareForUpdate(JsonObject value, JsonObject old)
    {
        // A manifest without the address that was given does not ask for another one.
        if (value.ObjectAt("spec") is { } spec && spec.TextAt("type") != "ExternalName" && string.IsNullOrEmpty(spec.TextAt("clusterIP")))
        {
            spec.SetCopy("clusterIP", old.At("spec", "clusterIP"));
            spec.SetCopy("clusterIPs", old.At("spec", "clusterIPs"));
        }
    }

    /// <summary>Gives a new Service its address. Called last before it is stored.</summary>
    public override void Complete(JsonObject value)
    {
        if (value.ObjectAt("spec") is not { } spec || spec.TextAt("type") == "ExternalName")
        {
            return;
        }

        var address = spec.TextAt("clusterIP");
        address = string.IsNullOrEmpty(address) ? addresses.Next() : address;
        spec["clusterIP"] = address;
        spec["clusterIPs"] = new JsonArray(address);
    }

    public override void Validate(JsonObject value, JsonObject? old, FieldErrors errors)
    {
        var spec = value.ObjectAt("spec");
        var address = spec.TextAt("clusterIP");
        if (old?.TextAt("spec", "clusterIP") is { Length: > 0 } before && address != before)
        {
            errors.Invalid("spec.clusterIPs[0]", address, "may not change once set");
        }
        else if (old is null && !string.IsNullOrEmpty(address) && address != Headless && addresses.Problem(address) is { } problem)
        {
            errors.Invalid("spec.clusterIPs", new JsonArray(address), $"failed to allocate IP {address}: {problem}");
        }

        if (spec.ArrayAt("ports") is not { Count: > 0 } && address != Headless && spec.TextAt("type") != "ExternalName")
        {
            errors.Required("spec.ports");
        }
    }
}
