using System.Text.Json.Nodes;
using Kubernetes.Operator.Applying;

namespace Kubernetes.Operator.Tests.Applying;

public sealed class ApplyComparisonTests
{
    private const string Live = """
        {"metadata":{"name":"d","labels":{"a":"1","theirs":"x"}},
         "spec":{"replicas":3,"paused":false,
           "containers":[{"name":"app","image":"i:1","env":[{"name":"X","value":"1"},{"name":"THEIRS","value":"2"}],"ports":[{"containerPort":80,"protocol":"TCP"}]},{"name":"sidecar"}],
           "words":["b","a"],"atomic":[1,2],"map":{"k":1.0}},
         "status":{"conditions":[{"type":"Ready","status":"True"}]}}
        """;

    private const string Owned = """
        {"f:metadata":{"f:labels":{"f:a":{}}},
         "f:spec":{"f:paused":{},
           "f:containers":{"k:{\"name\":\"app\"}":{".":{},"f:name":{},"f:env":{"k:{\"name\":\"X\"}":{".":{},"f:name":{},"f:value":{}}},"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}},
           "f:words":{"v:\"a\"":{},"v:\"b\"":{}},"f:atomic":{},"f:map":{}}}
        """;

    private const string Desired = """
        {"apiVersion":"v1","kind":"D","metadata":{"name":"d","namespace":"ns","labels":{"a":"1"}},
         "spec":{"paused":false,
           "containers":[{"name":"app","env":[{"name":"X","value":"1"}],"ports":[{"containerPort":80}]}],
           "words":["a","b"],"atomic":[1,2],"map":{"k":1}}}
        """;

    [Fact]
    public void What_is_there_and_owned_is_not_sent_again() => Assert.False(Differs(Desired, Owned));

    [Fact]
    public void An_object_of_which_nothing_is_owned_is_sent() =>
        Assert.True(ApplyComparison.Differs(Object(Live), Object(Desired), null, null));

    [Theory]
    [InlineData("\"labels\":{\"a\":\"1\"}", "\"labels\":{\"a\":\"2\"}", "another value")]
    [InlineData("\"labels\":{\"a\":\"1\"}", "\"labels\":{\"a\":\"1\",\"theirs\":\"x\"}", "a field that somebody else set to the same")]
    [InlineData(",\"labels\":{\"a\":\"1\"}", "", "an owned field that is no longer wanted")]
    [InlineData("\"paused\":false,", "", "an owned scalar that is no longer wanted")]
    [InlineData("\"value\":\"1\"", "\"value\":\"2\"", "another value in an item")]
    [InlineData("[{\"name\":\"X\",\"value\":\"1\"}]", "[{\"name\":\"X\",\"value\":\"1\"},{\"name\":\"Y\"}]", "one more item")]
    [InlineData("[{\"name\":\"X\",\"value\":\"1\"}]", "[]", "one item less")]
    [InlineData("\"containerPort\":80", "\"containerPort\":81", "another key")]
    [InlineData("[\"a\",\"b\"]", "[\"a\"]", "one member less")]
    [InlineData("[\"a\",\"b\"]", "[\"a\",\"b\",\"c\"]", "one member more")]
    [InlineData("[1,2]", "[2,1]", "another order of an atomic list")]
    [InlineData("\"map\":{\"k\":1}", "\"map\":{\"k\":1,\"l\":2}", "one entry more of an atomic map")]
    public void A_difference_is_sent(string from, string to, string what)
    {
        Assert.Contains(from, Desired);
        Assert.True(Differs(Desired.Replace(from, to, StringComparison.Ordinal), Owned), what);
    }

    [Fact]
    public void The_status_is_compared_by_itself()
    {
        const string OwnedStatus = """{"f:status":{"f:conditions":{"k:{\"type\":\"Ready\"}":{".":{},"f:type":{},"f:status":{}}}}}""";
        const string Same = """{"metadata":{"name":"d"},"spec":{"replicas":9},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""";
        Assert.False(ApplyComparison.Differs(Object(Live), Object(Same), Object(OwnedStatus), "status"));
        Assert.True(ApplyComparison.Differs(Object(Live), Object(Same.Replace("True", "False", StringComparison.Ordinal)), Object(OwnedStatus), "status"));
    }

    private static bool Differs(string desired, string owned) => ApplyComparison.Differs(Object(Live), Object(desired), Object(owned), null);

    private static JsonObject Object(string json) => JsonNode.Parse(json)!.AsObject();
}
