using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;

namespace Todo.Operator.Tests.Cluster;

/// <summary>Pods of Dapr's control plane, as its Helm chart labels them.</summary>
internal static class ControlPlane
{
    public const string Namespace = "dapr-system";
    public const string Injector = "dapr-sidecar-injector";
    public static readonly string[] Parts = ["operator", "sidecar-injector", "sentry", "scheduler-server", "placement-server"];

    public static void Install(IClusterApi api, string version = "1.18.3")
    {
        api.Create(ResourceTypes.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } }, "test");
        foreach (var part in Parts)
        {
            Add(api, part, version);
        }

        api.Create(ResourceTypes.MutatingWebhookConfigurations, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = Injector },
            ["webhooks"] = new JsonArray(new JsonObject
            {
                ["name"] = "sidecar-injector.dapr.io", ["clientConfig"] = new JsonObject { ["service"] = new JsonObject { ["namespace"] = Namespace, ["name"] = Injector } },
            }),
        }, "test");
        AddEndpoints(api, ready: true);
    }

    /// <summary>The EndpointSlice of the injector's Service.</summary>
    public static void AddEndpoints(IClusterApi api, bool ready) => api.Create(ResourceTypes.EndpointSlices, new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = Injector + "-1", ["namespace"] = Namespace, ["labels"] = new JsonObject { ["kubernetes.io/service-name"] = Injector } },
        ["addressType"] = "IPv4",
        ["endpoints"] = new JsonArray(new JsonObject { ["addresses"] = new JsonArray("127.0.0.1"), ["conditions"] = new JsonObject { ["ready"] = ready } }),
    }, "test");

    public static void RemoveEndpoints(IClusterApi api) => api.Delete(ResourceTypes.EndpointSlices, Namespace, Injector + "-1");

    public static void RemoveWebhook(IClusterApi api) => api.Delete(ResourceTypes.MutatingWebhookConfigurations, null, Injector);

    public static void Add(IClusterApi api, string part, string version, bool ready = true)
    {
        var pod = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"dapr-{part}-0", ["namespace"] = Namespace, ["labels"] = new JsonObject { ["app"] = $"dapr-{part}", ["app.kubernetes.io/part-of"] = "dapr" },
            },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = $"dapr-{part}", ["image"] = $"ghcr.io/dapr/{part}:{version}" }) },
        };
        var created = api.Create(ResourceTypes.Pods, pod, "test");
        created["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = ready ? "True" : "False" }),
        };
        created["metadata"]!.AsObject().Remove("resourceVersion");
        api.UpdateStatus(ResourceTypes.Pods, created, "test");
    }

    public static void Remove(IClusterApi api, string part) =>
        api.Delete(ResourceTypes.Pods, Namespace, $"dapr-{part}-0", new DeleteRequest(GracePeriodSeconds: 0));
}
