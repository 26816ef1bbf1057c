using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Writing;

/// <summary>How objects go.</summary>
public sealed class DeletionTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task Finalizers_keep_an_object_until_the_last_is_off()
    {
        var ns = await cluster.NamespaceAsync("finalizers");
        var map = Manifests.ConfigMap(ns, "a");
        map["metadata"]!["finalizers"] = new JsonArray("tests.todo.io/a", "tests.todo.io/b");
        await cluster.CreateAsync(Resources.ConfigMaps, map);
        var marked = (await cluster.DeleteAsync(Resources.ConfigMaps, ns, "a")).Expect(200).Json;
        Assert.Equal("ConfigMap", (string?)marked["kind"]);
        Assert.NotNull(marked["metadata"]!["deletionTimestamp"]);
        (await cluster.DeleteAsync(Resources.ConfigMaps, ns, "a")).Expect(200);

        marked["metadata"]!["finalizers"] = new JsonArray("tests.todo.io/b");
        marked = await cluster.UpdateAsync(Resources.ConfigMaps, marked);
        marked["metadata"]!["finalizers"] = new JsonArray();
        var last = await cluster.UpdateAsync(Resources.ConfigMaps, marked);
        Assert.NotNull(last["metadata"]!["deletionTimestamp"]);
        Assert.Null(await cluster.GetAsync(Resources.ConfigMaps, ns, "a"));
    }

    [Fact]
    public async Task An_object_that_is_going_takes_no_new_finalizer_and_does_not_come_back()
    {
        var ns = await cluster.NamespaceAsync("going");
        var map = Manifests.ConfigMap(ns, "a");
        map["metadata"]!["finalizers"] = new JsonArray("tests.todo.io/a");
        await cluster.CreateAsync(Resources.ConfigMaps, map);
        await cluster.DeleteAsync(Resources.ConfigMaps, ns, "a");
        var url = Resources.ConfigMaps.ObjectPath(ns, "a");
        var refused = (await cluster.Http.PatchAsync(url, "merge", """{"metadata":{"finalizers":["tests.todo.io/a","tests.todo.io/new"]}}""")).Expect(422);
        Assert.Contains("no new finalizers can be added if the object is being deleted", refused.Message);

        var kept = (await cluster.Http.PatchAsync(url, "merge", """{"metadata":{"deletionTimestamp":null},"data":{"k":"w"}}""")).Expect(200).Json;
        Assert.NotNull(kept["metadata"]!["deletionTimestamp"]);
        Assert.Equal("w", (string?)kept["data"]!["k"]);
        (await cluster.Http.PatchAsync(url, "merge", """{"metadata":{"finalizers":null}}""")).Expect(200);
        Assert.Null(await cluster.GetAsync(Resources.ConfigMaps, ns, "a"));
    }

    [Fact]
    public async Task A_delete_can_say_which_object_at_which_version_it_means()
    {
        var ns = await cluster.NamespaceAsync("delete-meant");
        var map = await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        var (uid, version) = ((string)map["metadata"]!["uid"]!, (string)map["metadata"]!["resourceVersion"]!);
        await cluster.UpdateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a", value: "w"));
        var other = await cluster.DeleteAsync(Resources.ConfigMaps, ns, "a", Options("uid", Guid.Empty.ToString()));
        Assert.Equal("Conflict", other.Expect(409).Reason);
        Assert.Equal(
            $"Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition ({Guid.Empty}) does not match the UID in record ({uid}). "
            + "The object might have been deleted and then recreated",
            other.Message);
        var older = (await cluster.DeleteAsync(Resources.ConfigMaps, ns, "a", Options("resourceVersion", version))).Expect(409);
        Assert.Equal("Conflict", older.Reason);
        Assert.Contains($"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record (", older.Message);

        var gone = (await cluster.DeleteAsync(Resources.ConfigMaps, ns, "a", Options("uid", uid))).Expect(200).Json;
        Assert.Equal(("Status", "Success"), ((string?)gone["kind"], (string?)gone["status"]));
        Assert.Equal(("a", "configmaps", uid), ((string?)gone["details"]!["name"], (string?)gone["details"]!["kind"], (string?)gone["details"]!["uid"]));
    }

    [Theory]
    [InlineData("Foreground", "foregroundDeletion")]
    [InlineData("Orphan", "orphan")]
    public async Task Propagation_is_a_finalizer_that_the_garbage_collector_takes_off(string policy, string finalizer)
    {
        var ns = await cluster.NamespaceAsync("propagation-" + policy.ToLowerInvariant());
        var map = Manifests.ConfigMap(ns, "a");

        // Ours keeps the object even where a garbage collector runs.
        map["metadata"]!["finalizers"] = new JsonArray("tests.todo.io/a");
        await cluster.CreateAsync(Resources.ConfigMaps, map);
        var marked = (await cluster.DeleteAsync(
            Resources.ConfigMaps, ns, "a", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = policy })).Expect(200).Json;
        Assert.Contains(finalizer, marked["metadata"]!["finalizers"]!.AsArray().Select(f => (string)f!));
        await cluster.Http.PatchAsync(Resources.ConfigMaps.ObjectPath(ns, "a"), "merge", """{"metadata":{"finalizers":null}}""");
    }

    [Fact]
    public async Task Asked_again_with_another_policy_the_later_one_holds_and_without_one_the_former_stays()
    {
        var ns = await cluster.NamespaceAsync("another-policy");
        var map = Manifests.ConfigMap(ns, "a");
        map["metadata"]!["finalizers"] = new JsonArray("tests.todo.io/a");
        await cluster.CreateAsync(Resources.ConfigMaps, map);
        Assert.Equal("tests.todo.io/a foregroundDeletion", await AskAsync("Foreground"));
        if (!cluster.HasControllers)
        {
            Assert.Equal("tests.todo.io/a foregroundDeletion", await AskAsync(null));
        }

        Assert.Equal("tests.todo.io/a orphan", await AskAsync("Orphan"));
        Assert.Equal("tests.todo.io/a", await AskAsync("Background"));
        await cluster.Http.PatchAsync(Resources.ConfigMaps.ObjectPath(ns, "a"), "merge", """{"metadata":{"finalizers":null}}""");

        async Task<string> AskAsync(string? policy)
        {
            var options = policy is null ? null : new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = policy };
            var marked = (await cluster.DeleteAsync(Resources.ConfigMaps, ns, "a", options)).Expect(200).Json;
            return string.Join(' ', marked["metadata"]!["finalizers"]!.AsArray().Select(static f => (string?)f));
        }
    }

    [Fact]
    public async Task A_policy_that_there_is_not_is_refused()
    {
        var ns = await cluster.NamespaceAsync("no-policy");
        await cluster.CreateAsync(Resources.ConfigMaps, Manifests.ConfigMap(ns, "a"));
        var refused = await cluster.DeleteAsync(
            Resources.ConfigMaps, ns, "a", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = "Sometimes" });
        Assert.Equal("Invalid", refused.Expect(422).Reason);
        Assert.Equal(
            "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"Sometimes\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
            refused.Message);
        Assert.NotNull(await cluster.GetAsync(Resources.ConfigMaps, ns, "a"));
    }

    [Fact]
    public async Task A_collection_is_deleted_by_its_labels()
    {
        var ns = await cluster.NamespaceAsync("collection");
        foreach (var (name, label) in ((string, string)[])[("a", "go"), ("b", "stay"), ("c", "go")])
        {
            var map = Manifests.ConfigMap(ns, name);
            map["metadata"]!["labels"] = new JsonObject { ["what"] = label };
            await cluster.CreateAsync(Resources.ConfigMaps, map);
        }

        (await cluster.Http.DeleteAsync($"/api/v1/namespaces/{ns}/configmaps?labelSelector=what%3Dgo")).Expect(200);
        var left = (await cluster.Http.GetAsync($"/api/v1/namespaces/{ns}/configmaps?labelSelector=what")).Json;
        Assert.Equal(["b"], left["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!));
    }

    [Fact]
    public async Task A_pod_on_a_node_is_given_time_and_the_node_removes_it()
    {
        var ns = await cluster.NamespaceAsync("grace");
        Assert.SkipWhen(cluster.HasControllers, "the test plays the node");
        await cluster.CreateAsync(Resources.Pods, Manifests.Pod(ns, "waiting"));
        await cluster.DeleteAsync(Resources.Pods, ns, "waiting");
        Assert.Null(await cluster.GetAsync(Resources.Pods, ns, "waiting"));

        await cluster.CreateAsync(Resources.Pods, Manifests.Pod(ns, "running", "node"));
        await cluster.DeleteAsync(Resources.Pods, ns, "running");
        Assert.Equal(30, (int)(await cluster.GetAsync(Resources.Pods, ns, "running"))!["metadata"]!["deletionGracePeriodSeconds"]!);
        await cluster.DeleteAsync(Resources.Pods, ns, "running", Grace(5));
        Assert.Equal(5, (int)(await cluster.GetAsync(Resources.Pods, ns, "running"))!["metadata"]!["deletionGracePeriodSeconds"]!);
        await cluster.DeleteAsync(Resources.Pods, ns, "running", Grace(0));
        Assert.Null(await cluster.GetAsync(Resources.Pods, ns, "running"));
    }

    [Fact]
    public async Task A_namespace_that_closes_takes_nothing_new()
    {
        var ns = await cluster.NamespaceAsync("closing");
        var nowhere = await cluster.Http.PostAsync("/api/v1/namespaces/nowhere-at-all/configmaps", Manifests.ConfigMap("nowhere-at-all", "a"));
        Assert.Equal("NotFound", nowhere.Expect(404).Reason);
        var held = Manifests.ConfigMap(ns, "held");
        held["metadata"]!["finalizers"] = new JsonArray("tests.todo.io/a");
        await cluster.CreateAsync(Resources.ConfigMaps, held);

        (await cluster.DeleteAsync(Resources.Namespaces, null, ns)).Expect(200);
        Assert.Equal("Terminating", (string?)(await cluster.GetAsync(Resources.Namespaces, null, ns))!["status"]!["phase"]);
        var refused = (await cluster.Http.PostAsync($"/api/v1/namespaces/{ns}/configmaps", Manifests.ConfigMap(ns, "b"))).Expect(403);
        Assert.Equal("Forbidden", refused.Reason);
        Assert.Contains("because it is being terminated", refused.Message);
        Assert.Equal("NamespaceTerminating", (string?)refused.Json["details"]!["causes"]![0]!["reason"]);
        await cluster.Http.PatchAsync(Resources.ConfigMaps.ObjectPath(ns, "held"), "merge", """{"metadata":{"finalizers":null}}""");
    }

    [Theory]
    [InlineData("default")]
    [InlineData("kube-system")]
    [InlineData("kube-public")]
    public async Task Namespaces_that_every_cluster_has_are_not_deleted(string name)
    {
        var refused = (await cluster.DeleteAsync(Resources.Namespaces, null, name)).Expect(403);
        Assert.Equal($"namespaces \"{name}\" is forbidden: this namespace may not be deleted", refused.Message);
        Assert.Equal("Active", (string?)(await cluster.GetAsync(Resources.Namespaces, null, name))!["status"]!["phase"]);
    }

    private static JsonObject Options(string precondition, string value) => new()
    {
        ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["preconditions"] = new JsonObject { [precondition] = value },
    };

    private static JsonObject Grace(int seconds) => new() { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["gracePeriodSeconds"] = seconds };
}
