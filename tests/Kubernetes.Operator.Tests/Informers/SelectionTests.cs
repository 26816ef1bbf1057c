using Kubernetes.Client.Models;
using Kubernetes.Operator.Informers;

namespace Kubernetes.Operator.Tests.Informers;

public sealed class SelectionTests
{
    [Theory]
    [InlineData("app=web", null, true)]
    [InlineData("app==web,tier!=db", null, true)]
    [InlineData("app!=web", null, false)]
    [InlineData("app in (api, web),tier", null, false)]
    [InlineData("app in (api, web),!tier", null, true)]
    [InlineData("app notin (api)", null, true)]
    [InlineData("tier notin (api)", null, true)]
    [InlineData("app", "metadata.name=a", true)]
    [InlineData(null, "metadata.name=b", false)]
    [InlineData(null, "metadata.name!=b,metadata.namespace=ns", true)]
    [InlineData(null, "status.phase=Running", false)]
    public void Selects_as_the_server_does(string? labels, string? fields, bool expected)
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "a", NamespaceProperty = "ns", Labels = new Dictionary<string, string> { ["app"] = "web" } },
        };
        Assert.Equal(expected, new Selection("ns", labels, fields).Includes(pod));
        Assert.False(new Selection("other", labels, fields).Includes(pod));
    }
}
