using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Discovery;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Selection;
using LocalCluster.ApiServer.Tables;

namespace LocalCluster.ApiServer.Tests.Unit;

public sealed class TextTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(286, "4m46s")]
    [InlineData(700, "11m")]
    [InlineData(3 * 3600 + 120, "3h2m")]
    [InlineData(30 * 3600, "30h")]
    [InlineData(3 * 86400, "3d")]
    [InlineData(30 * 86400, "30d")]
    [InlineData(1000 * 86400L, "2y270d")]
    public void Ages_are_short(long seconds, string expected) => Assert.Equal(expected, Ages.Format(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(".spec.a", "1")]
    [InlineData("{.spec.a}", "1")]
    [InlineData(".list[0].name", "x")]
    [InlineData(".list[-1].name", "y")]
    [InlineData(".list[*].name", "x,y")]
    [InlineData(".list[?(@.name==\"y\")].on", "true")]
    [InlineData(".list[?(@.name!='y')].name", "x")]
    [InlineData(".metadata.annotations.a\\.b/c", "z")]
    [InlineData(".metadata['annotations']['a.b/c']", "z")]
    [InlineData(".nope.deeper", "")]
    public void Paths_of_columns_find_values(string path, string expected)
    {
        var value = JsonNode.Parse("""{"spec":{"a":1},"list":[{"name":"x"},{"name":"y","on":true}],"metadata":{"annotations":{"a.b/c":"z"}}}""");
        Assert.Equal(expected, string.Join(',', JsonPath.Parse(path).Evaluate(value).Select(v => v.AsText() ?? v?.ToJsonString())));
    }

    [Theory]
    [InlineData("a=b", true)]
    [InlineData("a==b,c!=d", true)]
    [InlineData("a!=b", false)]
    [InlineData("a in (x, b)", true)]
    [InlineData("a notin (x,b)", false)]
    [InlineData("z notin (x)", true)]
    [InlineData("a,!z", true)]
    [InlineData("z", false)]
    [InlineData("app.kubernetes.io/name=n", true)]
    [InlineData("", true)]
    public void Label_selectors(string selector, bool expected) =>
        Assert.Equal(expected, LabelSelector.Parse(selector).Matches((JsonObject)JsonNode.Parse("""{"a":"b","app.kubernetes.io/name":"n"}""")!));

    [Fact]
    public void Versions_are_ordered_by_maturity()
    {
        List<string> versions = ["v1beta1", "other", "v1", "v1alpha1", "v2beta1", "v2", "v1beta2"];
        Assert.Equal(["v2", "v1", "v2beta1", "v1beta2", "v1beta1", "v1alpha1", "other"], versions.OrderDescending(VersionOrder.Instance));
    }

    [Theory]
    [InlineData("/api/v1/namespaces/a", "namespaces", "a", "a", null)]
    [InlineData("/api/v1/namespaces/a/status", "namespaces", "a", "a", "status")]
    [InlineData("/api/v1/namespaces/a/pods", "pods", "a", null, null)]
    [InlineData("/api/v1/namespaces/a/pods/p/proxy/x//y", "pods", "a", "p", "proxy")]
    [InlineData("/apis/apps/v1/deployments", "deployments", null, null, null)]
    public void Requests_are_taken_apart(string path, string resource, string? ns, string? name, string? subresource)
    {
        var info = RequestInfo.Parse(path)!;
        Assert.Equal((resource, ns, name, subresource), (info.Resource, info.Namespace, info.Name, info.Subresource));
        Assert.Equal(subresource == "proxy" ? "/x//y" : "", info.Rest);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("application/vnd.kubernetes.protobuf,application/json", null)]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "Table")]
    [InlineData("application/json;as=Unknown;v=v1;g=meta.k8s.io,application/json", null)]
    [InlineData("*/*", null)]
    public void The_first_acceptable_form_is_taken(string? accept, string? shape) => Assert.Equal(shape, MediaType.Negotiate(accept).Shape);

    [Fact]
    public void Yaml_scalars_have_the_types_of_the_core_schema() =>
        Assert.Equal(
            """{"a":1,"b":"1","c":true,"d":"yes","e":null,"f":1.5,"g":12,"h":["x"]}""",
            YamlText.Parse("{a: 1, b: '1', c: true, d: yes, e: ~, f: 1.5, g: 012, h: [x]}")!.ToJsonString());
}
