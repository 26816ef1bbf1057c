using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.CustomResources;

public sealed class CustomResourceTests(ClusterUnderTest cluster)
{
    private const string Url = "/apis/conformance.todo.io/v1alpha1/namespaces/default/platforms";

    private const string NotChecked =
        "<nil>: Invalid value: \"null\": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

    private Task<HttpAnswer> Create(string name, string spec, string query = "") =>
        cluster.Http.PostAsync(Url + query, JsonNode.Parse(Manifests.Platform(name, spec))!);

    [Fact]
    public async Task Defaults_are_filled_in_at_every_depth_and_unknown_fields_dropped()
    {
        var answer = (await Create("defaults", """{"nope":1,"free":{"any":[1]},"services":[{"name":"a","wrong":2}],"port":"http"}""")).Expect(201);
        var spec = answer.Json["spec"]!;
        const string Expected =
            """{"free":{"any":[1]},"services":[{"name":"a","port":8080}],"port":"http","useDapr":true,"broker":"kafka","delivery":{"maxRetries":3}}""";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Expected), spec), spec.ToJsonString());
        Assert.Equal(["299 - \"unknown field \\\"spec.nope\\\"\"", "299 - \"unknown field \\\"spec.services[0].wrong\\\"\""], answer.Warnings);
    }

    [Theory]
    [InlineData("""{"replicas":0}""", "spec.replicas: Invalid value: 0: spec.replicas in body should be greater than or equal to 1")]
    [InlineData("""{"replicas":11}""", "spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10")]
    [InlineData("""{"replicas":"x"}""", "spec.replicas: Invalid value: \"string\": spec.replicas in body must be of type integer: \"string\"", false)]
    [InlineData("""{"host":"UPPER"}""", "spec.host: Invalid value: \"UPPER\": spec.host in body should match '^[a-z.]+$'")]
    [InlineData("""{"host":"aaaaaaaaaaaaaaaaaaaaaaaaa"}""", "spec.host: Too long: may not be more than 20 bytes", false)]
    [InlineData("""{"timeout":"soon"}""", "spec.timeout: Invalid value: \"soon\": spec.timeout in body must be of type duration: \"soon\"", false)]
    [InlineData("""{"port":true}""", "spec.port: Invalid value: \"boolean\": spec.port in body must be of type integer,string: \"boolean\"", false)]
    [InlineData("""{"services":[{"deployment":"x"}]}""", "spec.services[0].name: Required value", false)]
    [InlineData("""{"services":[{"name":"a"},{"name":"a"}]}""", "spec.services[1]: Duplicate value: {\"name\":\"a\"}")]
    [InlineData("""{"topics":["a","a"]}""", "spec.topics[1]: Duplicate value: \"a\"")]
    [InlineData("""{"broker":"redis","useDapr":false}""", "spec: Invalid value: \"object\": broker redis needs useDapr")]
    [InlineData("""{"wait":"2h"}""", "spec.wait: Invalid value: \"object\": wait has to be below 1h")]
    [InlineData(
        """{"wait":"soon"}""",
        "spec: Invalid value: \"object\": type conversion error from 'string' to 'google.protobuf.Duration' evaluating rule: wait has to be below 1h")]
    public async Task What_the_schema_forbids_is_refused_with_the_reason(string spec, string message, bool areRulesChecked = true)
    {
        var answer = (await Create("invalid", spec)).Expect(422);
        var said = areRulesChecked ? message : $"[{message}, {NotChecked}]";
        Assert.Equal($"Platform.conformance.todo.io \"invalid\" is invalid: {said}", Json(answer.Message));
        Assert.Equal("Platform", (string?)answer.Json["details"]!["kind"]);
    }

    [Fact]
    public async Task A_value_out_of_bounds_does_not_keep_the_rules_from_being_checked()
    {
        var causes = (await Create("both", """{"replicas":0,"broker":"redis","useDapr":false}""")).Expect(422).Json["details"]!["causes"]!.AsArray();
        Assert.Equal(["spec", "spec.replicas"], causes.Select(c => (string)c!["field"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_missing_spec_is_a_required_value() =>
        Assert.Contains("spec: Required value", (await cluster.Http.PostAsync(Url, JsonNode.Parse("""{"apiVersion":"conformance.todo.io/v1alpha1","kind":"Platform","metadata":{"name":"x"}}""")!)).Expect(422).Message);

    [Fact]
    public async Task A_transition_rule_sees_the_old_value()
    {
        (await Create("sealed", """{"sealed":true}""")).Expect(201);
        var refused = await cluster.Http.PatchAsync($"{Url}/sealed", "merge", """{"spec":{"broker":"redis"}}""");
        Assert.Contains("a sealed platform keeps its broker", refused.Expect(422).Message);
        (await cluster.Http.PatchAsync($"{Url}/sealed", "merge", """{"spec":{"replicas":2}}""")).Expect(200);
    }

    [Fact]
    public async Task Strict_validation_refuses_unknown_fields()
    {
        var answer = (await Create("strict", """{"brokr":"kafka"}""", "?fieldValidation=Strict")).Expect(400);
        Assert.Equal(
            "Platform in version \"v1alpha1\" cannot be handled as a Platform: strict decoding error: unknown field \"spec.brokr\"", answer.Message);
    }

    [Fact]
    public async Task The_generation_counts_changes_of_the_spec_only()
    {
        (await Create("generation", "{}")).Expect(201);
        await cluster.Http.PatchAsync($"{Url}/generation/status", "merge", """{"status":{"phase":"A"},"spec":{"replicas":3}}""");
        await cluster.Http.PatchAsync($"{Url}/generation", "merge", """{"metadata":{"labels":{"a":"b"}},"status":{"phase":"B"}}""");
        var platform = (await cluster.Http.GetAsync($"{Url}/generation")).Json;
        Assert.Equal(1, (int)platform["metadata"]!["generation"]!);
        Assert.Equal("A", (string?)platform["status"]!["phase"]);
        Assert.Null(platform["spec"]!["replicas"]);
        var changed = (await cluster.Http.PatchAsync($"{Url}/generation", "merge", """{"spec":{"replicas":3}}""")).Json;
        Assert.Equal(2, (int)changed["metadata"]!["generation"]!);
    }

    [Fact]
    public async Task A_put_needs_the_version_and_loses_against_a_newer_one()
    {
        var created = (await Create("put", "{}")).Expect(201).Json;
        created["spec"]!["replicas"] = 2;
        (await cluster.Http.PutAsync($"{Url}/put", created)).Expect(200);
        var conflict = (await cluster.Http.PutAsync($"{Url}/put", created)).Expect(409);
        Assert.Equal(
            "Operation cannot be fulfilled on platforms.conformance.todo.io \"put\": the object has been modified; please apply your changes to the latest version and try again",
            conflict.Message);
        created["metadata"]!.AsObject().Remove("resourceVersion");
        Assert.Contains("metadata.resourceVersion: Invalid value: 0: must be specified for an update", Json((await cluster.Http.PutAsync($"{Url}/put", created)).Expect(422).Message));
    }

    [Fact]
    public async Task A_definition_comes_and_goes_with_its_objects()
    {
        var definition = (JsonObject)YamlText.Parse("""
            metadata: {name: notes.example.todo.io}
            spec:
              group: example.todo.io
              scope: Cluster
              names: {plural: notes, kind: Note}
              versions:
              - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
              - {name: v1beta1, served: true, storage: false, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
            """)!;
        await cluster.CreateAsync(Resources.Definitions, definition);
        await ClusterUnderTest.Until(async () => (await cluster.Http.GetAsync("/apis/example.todo.io/v1beta1/notes")).Code == 200, "notes are served");
        var established = (await cluster.GetAsync(Resources.Definitions, null, "notes.example.todo.io"))!;
        Assert.Equal(["Established", "NamesAccepted"], established["status"]!["conditions"]!.AsArray().Select(c => (string)c!["type"]!).Order(StringComparer.Ordinal));

        var note = new JsonObject { ["apiVersion"] = "example.todo.io/v1beta1", ["kind"] = "Note", ["metadata"] = new JsonObject { ["name"] = "n", ["finalizers"] = new JsonArray("example.todo.io/hold") }, ["text"] = "hello" };
        (await cluster.Http.PostAsync("/apis/example.todo.io/v1beta1/notes", note)).Expect(201);
        var other = (await cluster.Http.GetAsync("/apis/example.todo.io/v1/notes/n")).Expect(200).Json;
        Assert.Equal("example.todo.io/v1", (string?)other["apiVersion"]);
        Assert.Equal("hello", (string?)other["text"]);

        await cluster.DeleteAsync(Resources.Definitions, null, "notes.example.todo.io");
        Assert.NotNull((await cluster.GetAsync(Resources.Definitions, null, "notes.example.todo.io"))!["metadata"]!["deletionTimestamp"]);
        await cluster.Http.PatchAsync("/apis/example.todo.io/v1/notes/n", "merge", """{"metadata":{"finalizers":null}}""");
        await ClusterUnderTest.Until(
            async () => await cluster.GetAsync(Resources.Definitions, null, "notes.example.todo.io") is null, "the definition goes with the last object");
        await ClusterUnderTest.Until(async () => (await cluster.Http.GetAsync("/apis/example.todo.io/v1/notes/n")).Code == 404, "notes are no longer served");
    }

    [Theory]
    [InlineData("self.broker ==", "compilation failed")]
    [InlineData("size([self.delivery, self.services[0]]) == 2", "expected type ")]
    [InlineData("self.broker in ['kafka', 1]", "expected type 'string' but found 'int'")]
    public async Task A_definition_with_a_rule_that_does_not_compile_is_refused(string rule, string message)
    {
        var answer = await DefineAsync(spec => spec["x-kubernetes-validations"]![0]!["rule"] = rule);
        Assert.Contains(message, answer.Expect(422).Message);
    }

    [Theory]
    [InlineData(
        "services", "items", """{"type":"object","properties":{"name":{"type":"string"}}}""",
        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property")]
    [InlineData("delivery", "x-kubernetes-validations", """[{"rule":"self.maxRetries > 0"}]""", "no such key: maxRetries")]
    [InlineData("delivery", "required", """["maxRetries"]""", "delivery].default.maxRetries: Required value")]
    [InlineData("broker", "default", "\"nats\"", "broker].default: Unsupported value: \"nats\"")]
    public async Task A_definition_that_contradicts_itself_is_refused(string field, string keyword, string value, string message)
    {
        var answer = await DefineAsync(spec => spec["properties"]![field]![keyword] = JsonNode.Parse(value));
        Assert.Contains(message, answer.Expect(422).Message);
    }

    private Task<HttpAnswer> DefineAsync(Action<JsonNode> change)
    {
        var definition = (JsonObject)Manifests.Definition.DeepClone();
        definition["metadata"]!["name"] = "others.conformance.todo.io";
        definition["spec"]!["names"] = new JsonObject { ["plural"] = "others", ["kind"] = "Other" };
        change(definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!);
        return cluster.Http.PostAsync(Resources.Definitions.CollectionPath(null), definition);
    }

    // Up to 1.33 a value that is neither text nor a simple number is shown as Go writes it.
    private static string Json(string message) =>
        message.Replace("map[string]interface {}", "", StringComparison.Ordinal).Replace("Invalid value: 0x0:", "Invalid value: 0:", StringComparison.Ordinal);
}
