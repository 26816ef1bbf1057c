using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.Hosting;

/// <summary>
/// Stand-ins of Dapr's control plane, where and as its Helm chart has it, so that whoever looks for it finds it: names, labels, and the version in the image's tag. They do
/// nothing: the node injects sidecars and writes their resources to files, and jobs have a scheduler of their own. Scaling one to 0 shows what a preflight makes of it;
/// without a ready injector no pod gets a sidecar.
/// </summary>
internal static class DaprControlPlane
{
    public const string Namespace = "dapr-system";

    /// <summary>Image of all stand-ins; the tag is the version whose behaviour the local sidecar keeps.</summary>
    public const string Image = "localcluster/dapr";

    private const string Injector = "dapr-sidecar-injector";
    private const string Version = "1.18.3";
    private const string Manager = "localcluster";

    /// <summary>Deployments, which here stand for StatefulSets too (scheduler and placement).</summary>
    public static IReadOnlyList<string> Names { get; } = ["dapr-operator", Injector, "dapr-sentry", "dapr-scheduler-server", "dapr-placement-server"];

    public static void Install(IClusterApi api)
    {
        api.Create(ResourceTypes.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } }, Manager);
        foreach (var name in Names)
        {
            api.Create(ResourceTypes.Deployments, StandIn(name), Manager);
        }

        api.Create(ResourceTypes.Services, InjectorService(), Manager);
        api.Create(ResourceTypes.MutatingWebhookConfigurations, Webhook(), Manager);
    }

    /// <summary>Whether a pod of the injector is ready.</summary>
    public static bool IsInjectorReady(IClusterApi api) =>
        api.Get(ResourceTypes.Deployments, Namespace, Injector)?["status"]?["readyReplicas"]?.GetValue<decimal>() > 0;

    /// <summary>The injector's webhook. Nobody asks it; a preflight looks whether somebody could.</summary>
    private static JsonObject Webhook() => new()
    {
        ["metadata"] = new JsonObject { ["name"] = Injector, ["labels"] = Labels(Injector) },
        ["webhooks"] = new JsonArray(new JsonObject
        {
            ["name"] = "sidecar-injector.dapr.io",
            ["clientConfig"] = new JsonObject { ["service"] = new JsonObject { ["namespace"] = Namespace, ["name"] = Injector, ["path"] = "/mutate" } },
            ["failurePolicy"] = "Ignore",
            ["sideEffects"] = "None",
            ["admissionReviewVersions"] = new JsonArray("v1"),
        }),
    };

    private static JsonObject InjectorService() => new()
    {
        ["metadata"] = new JsonObject { ["name"] = Injector, ["namespace"] = Namespace, ["labels"] = Labels(Injector) },
        ["spec"] = new JsonObject
        {
            ["selector"] = new JsonObject { ["app"] = Injector },
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = 443, ["targetPort"] = 4000 }),
        },
    };

    private static JsonObject StandIn(string name) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace, ["labels"] = Labels(name) },
        ["spec"] = new JsonObject
        {
            ["replicas"] = 1,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = Labels(name) },
                ["spec"] = new JsonObject
                {
                    ["terminationGracePeriodSeconds"] = 1,
                    ["containers"] = new JsonArray(new JsonObject { ["name"] = name, ["image"] = $"{Image}:{Version}", ["imagePullPolicy"] = "IfNotPresent" }),
                },
            },
        },
    };

    private static JsonObject Labels(string name) => new()
    {
        ["app"] = name, ["app.kubernetes.io/name"] = "dapr", ["app.kubernetes.io/part-of"] = "dapr", ["app.kubernetes.io/version"] = Version,
        ["app.kubernetes.io/managed-by"] = Manager,
    };
}
