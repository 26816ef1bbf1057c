using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Writing;

/// <summary>What the server makes of built-in objects: defaults, status, refusals.</summary>
public sealed class BuiltInTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task Deployments_have_the_defaults_that_users_know()
    {
        var ns = await cluster.NamespaceAsync("defaults");
        var deployment = Manifests.DeploymentObject(ns, "web");
        deployment["spec"]!.AsObject().Remove("replicas");
        var spec = (await cluster.CreateAsync(Resources.Deployments, deployment))["spec"]!;
        Assert.Equal(1, (int)spec["replicas"]!);
        Assert.Equal(10, (int)spec["revisionHistoryLimit"]!);
        Assert.Equal(600, (int)spec["progressDeadlineSeconds"]!);
        Assert.Equal("25%", (string?)spec["strategy"]!["rollingUpdate"]!["maxSurge"]);
        var pod = spec["template"]!["spec"]!;
        Assert.Equal(30, (int)pod["terminationGracePeriodSeconds"]!);
        Assert.Equal("Always", (string?)pod["restartPolicy"]);
        Assert.Equal("TCP", (string?)pod["containers"]![0]!["ports"]![0]!["protocol"]);
        Assert.Equal("IfNotPresent", (string?)pod["containers"]![0]!["imagePullPolicy"]);
    }

    [Fact]
    public async Task Status_is_written_apart_and_is_no_new_generation()
    {
        Assert.SkipWhen(cluster.HasControllers, "the test plays the Deployment's controller");
        var ns = await cluster.NamespaceAsync("status-apart");
        var deployment = Manifests.DeploymentObject(ns, "web");
        deployment["status"] = new JsonObject { ["replicas"] = 7 };
        var created = await cluster.CreateAsync(Resources.Deployments, deployment);
        Assert.Null(created["status"]?["replicas"]);

        created["spec"]!["replicas"] = 4;
        created["status"] = new JsonObject { ["replicas"] = 2 };
        var updated = await cluster.UpdateStatusAsync(Resources.Deployments, created);
        Assert.Equal(1, (int)updated["spec"]!["replicas"]!);
        Assert.Equal(2, (int)updated["status"]!["replicas"]!);
        Assert.Equal(1, (int)updated["metadata"]!["generation"]!);

        updated["spec"]!["replicas"] = 4;
        updated["status"]!.AsObject().Clear();
        var scaled = await cluster.UpdateAsync(Resources.Deployments, updated);
        Assert.Equal(2, (int)scaled["status"]!["replicas"]!);
        Assert.Equal(2, (int)scaled["metadata"]!["generation"]!);
    }

    [Fact]
    public async Task A_pod_stays_as_it_is()
    {
        var ns = await cluster.NamespaceAsync("immutable");
        var pod = await cluster.CreateAsync(Resources.Pods, Manifests.Pod(ns, "a", "nobody"));
        pod["spec"]!["hostname"] = "other";
        pod["metadata"]!.AsObject().Remove("resourceVersion");
        Assert.Equal("Invalid", (await cluster.PutAsync(Resources.Pods, pod)).Expect(422).Reason);
    }

    [Fact]
    public async Task Text_of_a_secret_becomes_data()
    {
        var ns = await cluster.NamespaceAsync("secrets");
        var secret = await cluster.CreateAsync(
            Resources.Secrets,
            new JsonObject { ["metadata"] = new JsonObject { ["name"] = "s", ["namespace"] = ns }, ["stringData"] = new JsonObject { ["a"] = "b" } });
        Assert.Equal("Yg==", (string?)secret["data"]!["a"]);
        Assert.Null(secret["stringData"]);
        Assert.Equal("Opaque", (string?)secret["type"]);
    }

    [Fact]
    public async Task A_lease_keeps_six_decimals_and_takes_no_other_times()
    {
        var ns = await cluster.NamespaceAsync("leases");
        var lease = Lease(ns, "2026-01-02T03:04:05.678901Z");
        Assert.Equal("2026-01-02T03:04:05.678901Z", (string?)(await cluster.CreateAsync(Resources.Leases, lease))["spec"]!["renewTime"]);
        (await cluster.Http.PostAsync(Resources.Leases.CollectionPath(ns), Lease(ns, "yesterday"))).Expect(400);
    }

    [Fact]
    public async Task A_service_keeps_the_address_that_it_got()
    {
        var ns = await cluster.NamespaceAsync("services");
        var given = (string?)(await cluster.CreateAsync(Resources.Services, Service(ns, 80)))["spec"]!["clusterIP"];
        Assert.False(string.IsNullOrEmpty(given));
        Assert.Equal(given, (string?)(await cluster.UpdateAsync(Resources.Services, Service(ns, 81)))["spec"]!["clusterIP"]);
    }

    [Theory]
    [InlineData("not json", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}""", 400)]
    [InlineData("""{"metadata":{"name":"Upper"}}""", 422)]
    [InlineData("""{"metadata":{}}""", 422)]
    [InlineData("""{"metadata":"x"}""", 400)]
    [InlineData("""{"metadata":{"name":"a"},"data":{"k":5}}""", 400)]
    [InlineData("""{"metadata":{"name":"a","namespace":"kube-system"}}""", 400)]
    public async Task A_body_that_makes_no_sense_is_refused_with_a_status(string body, int code)
    {
        var answer = (await cluster.Http.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", body, "application/json")).Expect(code);
        Assert.Equal("Status", (string?)answer.Json["kind"]);
        Assert.Equal(code, (int)answer.Json["code"]!);
    }

    [Fact]
    public async Task Questions_of_rights_and_identity_are_answered()
    {
        var review = await cluster.Http.PostAsync("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", new JsonObject
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SelfSubjectAccessReview",
            ["spec"] = new JsonObject { ["resourceAttributes"] = new JsonObject { ["verb"] = "get", ["resource"] = "pods" } },
        });
        Assert.True((bool)review.Expect(201).Json["status"]!["allowed"]!);
        var token = await cluster.Http.PostAsync("/apis/authentication.k8s.io/v1/tokenreviews", new JsonObject
        {
            ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenReview", ["spec"] = new JsonObject { ["token"] = "wrong" },
        });
        Assert.NotEqual(true, (bool?)token.Expect(201).Json["status"]!["authenticated"]);
    }

    private static JsonObject Lease(string ns, string renewed) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "l", ["namespace"] = ns },
        ["spec"] = new JsonObject { ["holderIdentity"] = "me", ["renewTime"] = renewed },
    };

    private static JsonObject Service(string ns, int port) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "s", ["namespace"] = ns },
        ["spec"] = new JsonObject { ["ports"] = new JsonArray(new JsonObject { ["port"] = port }) },
    };
}
