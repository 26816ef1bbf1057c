using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Patching;
using LocalCluster.ApiServer.Schemas;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Tests.Unit;

public sealed class PatchTests
{
    // RFC 7386, appendix A.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""[1,2]""", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Merge(string target, string patch, string expected) =>
        AssertSame(expected, MergePatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch)));

    // RFC 6902, appendix A.
    [Theory]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux"}]""", """{"baz":"qux","foo":"bar"}""")]
    [InlineData("""{"foo":["bar","baz"]}""", """[{"op":"add","path":"/foo/1","value":"qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("""{"foo":["bar"]}""", """[{"op":"add","path":"/foo/-","value":["abc"]}]""", """{"foo":["bar",["abc"]]}""")]
    [InlineData("""{"foo":["bar","qux","baz"]}""", """[{"op":"remove","path":"/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("""{"baz":"qux"}""", """[{"op":"replace","path":"/baz","value":"boo"}]""", """{"baz":"boo"}""")]
    [InlineData("""{"a":{"b":1},"c":{}}""", """[{"op":"move","from":"/a/b","path":"/c/d"}]""", """{"a":{},"c":{"d":1}}""")]
    [InlineData("""{"a":1}""", """[{"op":"copy","from":"/a","path":"/b"}]""", """{"a":1,"b":1}""")]
    [InlineData("""{"a/b":1,"m~n":2}""", """[{"op":"test","path":"/a~1b","value":1},{"op":"remove","path":"/m~0n"}]""", """{"a/b":1}""")]
    public void Json(string target, string patch, string expected) =>
        AssertSame(expected, JsonPatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch)!.AsArray()));

    [Theory]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""", 422)]
    [InlineData("""[{"op":"remove","path":"/b"}]""", 422)]
    [InlineData("""[{"op":"replace","path":"/b","value":1}]""", 422)]
    [InlineData("""[{"op":"add","path":"/x/y","value":1}]""", 422)]
    [InlineData("""[{"op":"add","path":"/l/9","value":1}]""", 422)]
    [InlineData("""[{"op":"guess","path":"/a"}]""", 400)]
    [InlineData("""[{"path":"/a"}]""", 400)]
    public void Json_patches_that_fail(string patch, int code) =>
        Assert.Equal(code, Assert.Throws<ApiException>(() => JsonPatch.Apply(JsonNode.Parse("""{"a":1,"l":[]}"""), JsonNode.Parse(patch)!.AsArray())).Code);

    private const string PodSpec = """{"containers":[{"name":"a","image":"1","env":[{"name":"X","value":"1"},{"name":"Y","value":"2"}]},{"name":"b","image":"2"}],"volumes":[{"name":"v","emptyDir":{}}]}""";

    [Theory]
    [InlineData("""{"containers":[{"name":"b","image":"3"}]}""", "containers[1].image=3 of 2")]
    [InlineData("""{"containers":[{"name":"c","image":"3"}]}""", "containers[2].image=3 of 3")]
    [InlineData("""{"containers":[{"name":"a","$patch":"delete"}]}""", "containers[0].image=2 of 1")]
    [InlineData("""{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"a","image":"9"}]}""", "containers[1].image=9 of 2")]
    [InlineData("""{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}""", "containers[0].image=2 of 2")]
    [InlineData("""{"containers":[{"$patch":"replace"},{"name":"z","image":"0"}]}""", "containers[0].image=0 of 1")]
    public void A_strategic_merge_follows_the_list_keys(string patch, string expected)
    {
        var containers = Strategic(patch)["containers"]!.AsArray();
        Assert.Contains(expected, containers.Select((c, i) => $"containers[{i}].image={c!["image"]} of {containers.Count}"));
    }

    [Fact]
    public void A_strategic_merge_reaches_into_lists_of_lists_and_retains_keys()
    {
        var merged = Strategic("""{"containers":[{"name":"a","env":[{"name":"Y","$patch":"delete"},{"name":"Z","value":"3"}]}],"volumes":[{"$retainKeys":["name","secret"],"name":"v","secret":{"secretName":"s"}}]}""");
        AssertSame("""[{"name":"X","value":"1"},{"name":"Z","value":"3"}]""", merged["containers"]![0]!["env"]);
        AssertSame("""[{"name":"v","secret":{"secretName":"s"}}]""", merged["volumes"]);
    }

    private static JsonNode Strategic(string patch)
    {
        var schema = BuiltInSchemas.Of(ResourceTypes.Pods).Properties["spec"];
        return StrategicMergePatch.Apply(JsonNode.Parse(PodSpec), JsonNode.Parse(patch), schema)!;
    }

    private static void AssertSame(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString()}");
}
