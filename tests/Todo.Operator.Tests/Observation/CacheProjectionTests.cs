using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;
using Todo.Operator.Decisions;
using Todo.Operator.Execution;
using Todo.Operator.Generation;
using Todo.Operator.Observation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Observation;

/// <summary>What the caches cut away is nothing that the operator reads.</summary>
public sealed class CacheProjectionTests
{
    private static readonly GenerationContext Context = new(new TodoPlatformSpec { Kafka = new() { Brokers = ["kafka:9092"] } }, "default", "todo", "uid");

    [Theory]
    [InlineData("true", "false", true)]
    [InlineData("false", "true", false)]
    [InlineData(null, null, true)]
    public void A_service_is_read_the_same_from_what_is_kept(string? useDapr, string? consumeDirect, bool ordinary)
    {
        var app = Context.Apps.First(a => a.Id == ServiceId.Notification);
        var (deployment, pod) = (Deployment(app, useDapr, consumeDirect), Pod(app, useDapr, consumeDirect, ordinary));
        var whole = ServiceReader.Read(Context, app, deployment, [pod]);
        var kept = ServiceReader.Read(Context, app, CacheProjections.Of(deployment), [CacheProjections.Of(pod)]);
        Assert.Equal(whole.Deployment, kept.Deployment);
        Assert.Equal(whole.Pods, kept.Pods);
        Assert.True(Assert.Single(kept.Pods).SidecarReady);
        Assert.Equal("todo-management.token=1a2b3c4d", kept.Deployment!.Secrets);
        Assert.True(kept.Deployment.RolledOut);
        Assert.True(kept.Deployment.AnnotationsCurrent);
    }

    [Fact]
    public void What_nobody_reads_is_gone()
    {
        var app = Context.Apps.First(a => a.Id == ServiceId.Notification);
        var kept = KubernetesJson.Default.ToNode(CacheProjections.Of(Deployment(app, "true", "false"))).ToJsonString() + KubernetesJson.Default.ToNode(CacheProjections.Of(Pod(app, "true", "false", true))).ToJsonString();
        foreach (var part in new[] { "last-applied", "DATABASE_URL", "readinessProbe", "volumes", "resources", "hostIP", "image", "strategy", "managedFields" })
        {
            Assert.DoesNotContain(part, kept, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(FieldManagers.Generated, "f:scopes", false)]
    [InlineData(FieldManagers.Generated, "f:metadata", true)]
    [InlineData("somebody", "f:scopes", true)]
    public void A_field_that_is_ours_and_no_longer_generated_is_still_noticed(string manager, string field, bool isCurrent)
    {
        var manifest = DaprGenerator.Generate(Context).First(g => g.Key.Kind == GeneratedKind.Configuration).Manifest;
        var live = KubernetesJson.Default.FromNode<DaprConfiguration>(manifest);
        live.Metadata.ManagedFields =
        [
            new() { Manager = manager, Operation = "Apply", FieldsV1 = JsonElement.Parse($$"""{"{{field}}":{"f:gone":{} } }""") },
        ];
        Assert.Equal(isCurrent, ManifestComparer.IsCurrent(live, manifest));
        Assert.Equal(isCurrent, ManifestComparer.IsCurrent(CacheProjections.Of(live), manifest));
    }

    [Theory]
    [InlineData(FieldManagers.Deployment, "dapr.io/sidecar-cpu-limit", true)]
    [InlineData(FieldManagers.Deployment, "dapr.io/app-id", false)]
    [InlineData(FieldManagers.Deployment, TemplateGenerator.SecretsAnnotation, false)]
    [InlineData(FieldManagers.Deployment, "dapr.io/gone", false)]
    [InlineData("somebody", "dapr.io/sidecar-cpu-limit", false)]
    public void An_annotation_that_is_ours_and_no_longer_generated_is_still_noticed(string manager, string annotation, bool surplus)
    {
        var app = Context.Apps.First(a => a.Id == ServiceId.Notification);
        var live = Deployment(app, "true", "false");
        live.Spec!.Template!.Metadata!.Annotations!["dapr.io/sidecar-cpu-limit"] = "1";
        live.Metadata.ManagedFields =
        [
            new() { Manager = manager, Operation = "Apply", FieldsV1 = JsonElement.Parse($$"""{"f:spec":{"f:template":{"f:metadata":{"f:annotations":{"f:{{annotation}}":{} } } } } }""") },
        ];
        Assert.Equal(!surplus, ServiceReader.Read(Context, app, live, []).Deployment!.AnnotationsCurrent);
        Assert.Equal(!surplus, ServiceReader.Read(Context, app, CacheProjections.Of(live), []).Deployment!.AnnotationsCurrent);
    }

    private static V1Deployment Deployment(AppDefinition app, string? useDapr, string? consumeDirect)
    {
        var annotations = new JsonObject(TemplateGenerator.Annotations(Context, app).Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)))
        {
            [TemplateGenerator.SecretsAnnotation] = "todo-management.token=1a2b3c4d",
            ["prometheus.io/scrape"] = "true",
        };
        return KubernetesJson.Default.FromNode<V1Deployment>(new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = app.Deployment, ["namespace"] = "default", ["uid"] = "d", ["resourceVersion"] = "7", ["generation"] = 3,
                ["annotations"] = new JsonObject { ["kubectl.kubernetes.io/last-applied-configuration"] = "{}" },
                ["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "helm", ["operation"] = "Update" }),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 1,
                ["strategy"] = new JsonObject { ["type"] = "RollingUpdate" },
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = app.AppId } },
                ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations }, ["spec"] = PodSpec(app, useDapr, consumeDirect, ordinary: true) },
            },
            ["status"] = new JsonObject
            {
                ["observedGeneration"] = 3, ["replicas"] = 1, ["updatedReplicas"] = 1, ["availableReplicas"] = 1, ["readyReplicas"] = 1,
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Available", ["status"] = "True" }),
            },
        });
    }

    private static V1Pod Pod(AppDefinition app, string? useDapr, string? consumeDirect, bool ordinary) => KubernetesJson.Default.FromNode<V1Pod>(new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = "p", ["namespace"] = "default", ["uid"] = "p", ["resourceVersion"] = "8", ["deletionTimestamp"] = "2026-01-01T00:00:00Z",
            ["labels"] = new JsonObject { ["app"] = app.AppId },
            ["annotations"] = new JsonObject { [TemplateGenerator.EnabledAnnotation] = "true", [TemplateGenerator.SecretsAnnotation] = "todo-management.token=1a2b3c4d" },
        },
        ["spec"] = PodSpec(app, useDapr, consumeDirect, ordinary),
        ["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["hostIP"] = "10.0.0.1",
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "Initialized", ["status"] = "True" },
                new JsonObject { ["type"] = "Ready", ["status"] = "True", ["lastTransitionTime"] = "2026-01-01T00:00:05Z" }),
            ["containerStatuses"] = Some(Status(app.Container, 2), ordinary ? Status("daprd", 3) : null),
            ["initContainerStatuses"] = Some(ordinary ? null : Status("daprd", 3)),
        },
    });

    private static JsonObject PodSpec(AppDefinition app, string? useDapr, string? consumeDirect, bool ordinary)
    {
        var env = new JsonArray(new JsonObject { ["name"] = "DATABASE_URL", ["value"] = "postgres://todo@postgres/todo" });
        foreach (var (name, value) in new[] { (TemplateGenerator.UseDapr, useDapr), (TemplateGenerator.ConsumeDirect, consumeDirect), (TemplateGenerator.PubsubName, useDapr is null ? null : "todo-kafka") })
        {
            if (value is not null)
            {
                env.Add(new JsonObject { ["name"] = name, ["value"] = value });
            }
        }

        return new JsonObject
        {
            ["containers"] = Some(
                new JsonObject { ["name"] = app.Container, ["image"] = "todo/notification:1", ["env"] = env, ["resources"] = new JsonObject(), ["readinessProbe"] = new JsonObject { ["periodSeconds"] = 5 } },
                ordinary ? new JsonObject { ["name"] = "daprd" } : null),
            ["initContainers"] = Some(ordinary ? null : new JsonObject { ["name"] = "daprd" }),
            ["volumes"] = new JsonArray(new JsonObject { ["name"] = "data" }),
        };
    }

    private static JsonArray Some(params JsonObject?[] items) => [.. items.Where(static i => i is not null)];

    private static JsonObject Status(string name, int restarts) => new() { ["name"] = name, ["ready"] = true, ["restartCount"] = restarts };
}
