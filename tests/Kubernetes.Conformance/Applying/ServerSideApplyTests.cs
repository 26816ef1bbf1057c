using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Applying;

public sealed class ServerSideApplyTests(ClusterUnderTest cluster)
{
    private static string Url(string ns, string name) => $"/apis/conformance.todo.io/v1alpha1/namespaces/{ns}/platforms/{name}";

    private static string Config(string spec) => Manifests.Platform("a", spec);

    private async Task<JsonObject> SpecAsync(string ns, string name) => (await cluster.GetAsync(Resources.Platforms, ns, name))!["spec"]!.AsObject();

    [Fact]
    public async Task An_apply_owns_what_it_says_and_nothing_else()
    {
        var ns = await cluster.NamespaceAsync("owns");
        var created = (await cluster.Http.ApplyAsync(Url(ns, "a"), "op", Config("""{"broker":"redis","services":[{"name":"backend","deployment":"b"}]}"""))).Expect(201).Json;
        var entry = Assert.Single(created["metadata"]!["managedFields"]!.AsArray())!;
        Assert.Equal("op", (string?)entry["manager"]);
        Assert.Equal("Apply", (string?)entry["operation"]);
        Assert.Equal(
            """{"f:spec":{"f:broker":{},"f:services":{"k:{\"name\":\"backend\"}":{".":{},"f:deployment":{},"f:name":{}}}}}""",
            entry["fieldsV1"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.True((bool)created["spec"]!["useDapr"]!);
    }

    [Fact]
    public async Task Applying_the_same_again_writes_nothing()
    {
        var ns = await cluster.NamespaceAsync("again");
        var first = (await cluster.Http.ApplyAsync(Url(ns, "a"), "op", Config("""{"replicas":2}"""))).Expect(201).Text;
        Assert.Equal(first, (await cluster.Http.ApplyAsync(Url(ns, "a"), "op", Config("""{"replicas":2}"""))).Expect(200).Text);
    }

    [Fact]
    public async Task A_field_that_is_no_longer_applied_goes_unless_somebody_else_has_it()
    {
        var ns = await cluster.NamespaceAsync("gone");
        await cluster.Http.ApplyAsync(Url(ns, "a"), "one", Config("""{"replicas":2,"host":"x","services":[{"name":"a"},{"name":"b"}]}"""));
        await cluster.Http.ApplyAsync(Url(ns, "a"), "two", Config("""{"host":"x","services":[{"name":"b","deployment":"bb"}]}"""));
        await cluster.Http.ApplyAsync(Url(ns, "a"), "one", Config("""{"services":[{"name":"c"}]}"""));

        var spec = await SpecAsync(ns, "a");
        Assert.Null(spec["replicas"]);
        Assert.Equal("x", (string?)spec["host"]);
        Assert.Equal(["b", "c"], spec["services"]!.AsArray().Select(s => (string)s!["name"]!).Order());
        Assert.Equal("bb", (string?)spec["services"]!.AsArray().Single(s => (string)s!["name"]! == "b")!["deployment"]);
    }

    [Fact]
    public async Task A_conflict_names_every_field_and_its_owner()
    {
        var ns = await cluster.NamespaceAsync("conflict");
        await cluster.Http.ApplyAsync(Url(ns, "a"), "one", Config("""{"replicas":2,"host":"x"}"""));
        var refused = (await cluster.Http.ApplyAsync(Url(ns, "a"), "two", Config("""{"replicas":3,"host":"y"}"""))).Expect(409);
        Assert.Equal("Apply failed with 2 conflicts: conflicts with \"one\":\n- .spec.host\n- .spec.replicas", refused.Message);
        var causes = refused.Json["details"]!["causes"]!.AsArray();
        Assert.Equal([".spec.host", ".spec.replicas"], causes.Select(c => (string)c!["field"]!));
        Assert.All(causes, c => Assert.Equal("FieldManagerConflict", (string?)c!["reason"]));

        (await cluster.Http.ApplyAsync(Url(ns, "a"), "two", Config("""{"replicas":3,"host":"y"}"""), force: true)).Expect(200);
        Assert.Equal(3, (int)(await SpecAsync(ns, "a"))["replicas"]!);
        var managers = (await cluster.GetAsync(Resources.Platforms, ns, "a"))!["metadata"]!["managedFields"]!.AsArray().Select(m => (string)m!["manager"]!);
        Assert.Equal(["two"], managers);
    }

    [Fact]
    public async Task The_same_value_is_shared()
    {
        var ns = await cluster.NamespaceAsync("shared");
        await cluster.Http.ApplyAsync(Url(ns, "a"), "one", Config("""{"replicas":2}"""));
        (await cluster.Http.ApplyAsync(Url(ns, "a"), "two", Config("""{"replicas":2}"""))).Expect(200);
        await cluster.Http.ApplyAsync(Url(ns, "a"), "one", Config("{}"));
        Assert.Equal(2, (int)(await SpecAsync(ns, "a"))["replicas"]!);
        await cluster.Http.ApplyAsync(Url(ns, "a"), "two", Config("{}"));
        Assert.Null((await SpecAsync(ns, "a"))["replicas"]);
    }

    [Fact]
    public async Task Status_and_the_rest_are_applied_apart()
    {
        var ns = await cluster.NamespaceAsync("status");
        await cluster.Http.ApplyAsync(Url(ns, "a"), "op", Config("{}"));
        const string Body = """{"apiVersion":"conformance.todo.io/v1alpha1","kind":"Platform","spec":{"replicas":9},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""";
        var answer = (await cluster.Http.ApplyAsync(Url(ns, "a") + "/status", "op-status", Body)).Expect(200).Json;
        Assert.Null(answer["spec"]!["replicas"]);
        Assert.Equal("True", (string?)answer["status"]!["conditions"]![0]!["status"]);
        Assert.Equal(1, (int)answer["metadata"]!["generation"]!);
        var entry = answer["metadata"]!["managedFields"]!.AsArray().Single(m => (string)m!["manager"]! == "op-status")!;
        Assert.Equal("status", (string?)entry["subresource"]);

        await cluster.Http.ApplyAsync(Url(ns, "a"), "op", """{"apiVersion":"conformance.todo.io/v1alpha1","kind":"Platform","spec":{},"status":{"phase":"no"}}""");
        Assert.Null((await cluster.GetAsync(Resources.Platforms, ns, "a"))!["status"]!["phase"]);
    }

    [Fact]
    public async Task Environment_variables_of_two_managers_live_side_by_side()
    {
        var ns = await cluster.NamespaceAsync("env");
        await cluster.CreateAsync(Resources.Deployments, Manifests.DeploymentObject(ns, "web"));
        const string Body = """
            {"apiVersion":"apps/v1","kind":"Deployment","spec":{"template":{"metadata":{"annotations":{"dapr.io/enabled":"true"}},
             "spec":{"containers":[{"name":"app","env":[{"name":"USE_DAPR","value":"true"}]}]}}}}
            """;
        var url = $"/apis/apps/v1/namespaces/{ns}/deployments/web";
        var applied = (await cluster.Http.ApplyAsync(url, "todo-operator", Body)).Expect(200).Json;
        var container = applied["spec"]!["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal("todo/web:1", (string?)container["image"]);
        Assert.Equal(["A", "B", "USE_DAPR"], container["env"]!.AsArray().Select(e => (string)e!["name"]!));

        var back = (await cluster.Http.ApplyAsync(url, "todo-operator", """{"apiVersion":"apps/v1","kind":"Deployment"}""")).Expect(200).Json;
        Assert.Equal(["A", "B"], back["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray().Select(e => (string)e!["name"]!));
        Assert.Null(back["spec"]!["template"]!["metadata"]!["annotations"]?["dapr.io/enabled"]);
    }

    [Fact]
    public async Task An_apply_can_state_the_version_it_was_decided_on()
    {
        var ns = await cluster.NamespaceAsync("precondition");
        var version = (string)(await cluster.Http.ApplyAsync(Url(ns, "a"), "op", Config("{}"))).Json["metadata"]!["resourceVersion"]!;
        await cluster.Http.PatchAsync(Url(ns, "a"), "merge", """{"spec":{"replicas":1}}""");
        var body = $$$"""{"apiVersion":"conformance.todo.io/v1alpha1","kind":"Platform","metadata":{"resourceVersion":"{{{version}}}"},"spec":{"host":"x"}}""";
        var refused = (await cluster.Http.ApplyAsync(Url(ns, "a"), "op", body)).Expect(409);
        Assert.Contains("the object has been modified", refused.Message);
    }

    [Fact]
    public async Task An_apply_that_makes_an_object_names_it_and_one_that_changes_it_need_not()
    {
        var ns = await cluster.NamespaceAsync("unnamed");
        const string Body = """{"apiVersion":"conformance.todo.io/v1alpha1","kind":"Platform","spec":{"host":"x"}}""";
        var refused = (await cluster.Http.ApplyAsync(Url(ns, "a"), "op", Body)).Expect(400);
        Assert.Equal("the name of the object (a based on URL) was undeterminable: name must be provided", refused.Message);
        Assert.Null(await cluster.GetAsync(Resources.Platforms, ns, "a"));

        (await cluster.Http.ApplyAsync(Url(ns, "a"), "op", Config("{}"))).Expect(201);
        (await cluster.Http.ApplyAsync(Url(ns, "a"), "op", Body)).Expect(200);
        Assert.Equal("x", (string?)(await SpecAsync(ns, "a"))["host"]);
    }

    [Fact]
    public async Task An_apply_needs_a_manager()
    {
        var answer = await cluster.Http.PatchAsync(Url("default", "a"), "apply", Config("{}"));
        Assert.Contains("fieldManager: Required value", answer.Expect(422).Message);
    }

    [Fact]
    public async Task Updates_take_fields_and_note_who_made_them()
    {
        var ns = await cluster.NamespaceAsync("updates");
        await cluster.Http.ApplyAsync(Url(ns, "a"), "op", Config("""{"replicas":2,"host":"x"}"""));
        var patched = (await cluster.Http.PatchAsync(Url(ns, "a"), "merge", """{"spec":{"replicas":5}}""")).Expect(200).Json;
        var entries = patched["metadata"]!["managedFields"]!.AsArray().ToDictionary(m => (string)m!["manager"]!, m => m!["fieldsV1"]!.ToJsonString());
        Assert.Equal("""{"f:spec":{"f:host":{}}}""", entries["op"]);
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", entries["tests"]);
    }

    [Fact]
    public async Task A_dry_run_answers_as_if_and_changes_nothing()
    {
        var ns = await cluster.NamespaceAsync("dry");
        (await cluster.Http.ApplyAsync(Url(ns, "a") + "?dryRun=All", "op", Config("{}"))).Expect(201);
        Assert.Null((await cluster.GetAsync(Resources.Platforms, ns, "a")));
        (await cluster.Http.ApplyAsync(Url(ns, "a") + "?dryRun=All", "op", Config("""{"broker":"nats"}"""))).Expect(422);
    }
}
