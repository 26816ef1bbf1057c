using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;

namespace Kubernetes.Conformance.Reading;

/// <summary>Refusals say what, whom and which field they are about, in fields that programs read.</summary>
public sealed class ErrorTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task What_is_invalid_is_named_field_by_field()
    {
        var answer = (await cluster.Http.PostAsync(
            Resources.Platforms.CollectionPath("default"), JsonNode.Parse(Manifests.Platform("wrong", """{"replicas":0,"host":"UPPER","broker":"nats"}"""))!)).Expect(422).Json;
        Assert.Equal(("Status", "Failure", "Invalid", 422), ((string?)answer["kind"], (string?)answer["status"], (string?)answer["reason"], (int)answer["code"]!));
        Assert.Equal(("wrong", "conformance.todo.io", "Platform"), Details(answer));
        var causes = answer["details"]!["causes"]!.AsArray().ToDictionary(c => (string)c!["field"]!, c => (string)c!["reason"]!, StringComparer.Ordinal);
        Assert.Equal("FieldValueInvalid", causes["spec.replicas"]);
        Assert.Equal("FieldValueInvalid", causes["spec.host"]);
        Assert.Equal("FieldValueNotSupported", causes["spec.broker"]);
    }

    [Fact]
    public async Task What_is_not_found_is_named_by_its_resource()
    {
        var answer = (await cluster.Http.GetAsync("/apis/apps/v1/namespaces/default/deployments/nope")).Expect(404).Json;
        Assert.Equal(("nope", "apps", "deployments"), Details(answer));
        var core = (await cluster.Http.GetAsync("/api/v1/namespaces/default/configmaps/nope")).Expect(404).Json;
        Assert.Equal(("nope", null, "configmaps"), Details(core));
    }

    [Fact]
    public async Task A_verb_that_a_resource_does_not_have_is_said()
    {
        Assert.Equal("MethodNotAllowed", (await cluster.Http.PutAsync("/api/v1/namespaces/default/configmaps", new JsonObject())).Expect(405).Reason);
    }

    private static (string?, string?, string?) Details(JsonObject answer) =>
        ((string?)answer["details"]!["name"], (string?)answer["details"]!["group"], (string?)answer["details"]!["kind"]);
}
