using LocalCluster.Node.Environment;
using LocalCluster.Node.Pods;

namespace LocalCluster.Node.Tests.Environment;

public sealed class ExpansionTests
{
    [Theory]
    [InlineData("http://$(POD_IP):3500", "http://127.1.2.3:3500")]
    [InlineData("$(UNKNOWN) stays", "$(UNKNOWN) stays")]
    [InlineData("$$(POD_IP)", "$(POD_IP)")]
    [InlineData("$$$(POD_IP)", "$127.1.2.3")]
    [InlineData("cost: 5$", "cost: 5$")]
    [InlineData("$(POD_IP", "$(POD_IP")]
    [InlineData("$POD_IP", "$POD_IP")]
    [InlineData("$(POD_IP)$(POD_IP)", "127.1.2.3127.1.2.3")]
    public void References_are_replaced_as_in_kubernetes(string text, string expected) =>
        Assert.Equal(expected, VariableExpansion.Expand(text, name => name == "POD_IP" ? "127.1.2.3" : null));

    [Theory]
    [InlineData("100m", 0.1)]
    [InlineData("1.5", 1.5)]
    [InlineData("128Mi", 134217728)]
    [InlineData("1e3", 1000)]
    [InlineData("2G", 2e9)]
    [InlineData("+1k", 1000)]
    public void Quantities_are_read(string text, double amount)
    {
        Assert.True(Quantity.TryParse(text, out var quantity));
        Assert.Equal((decimal)amount, quantity);
    }

    [Theory]
    [InlineData("")]
    [InlineData("lots")]
    [InlineData("100mm")]
    [InlineData("Mi")]
    [InlineData("1 Gi")]
    [InlineData(null)]
    public void What_is_no_quantity_is_refused(string? text) => Assert.False(Quantity.TryParse(text, out _));

    [Theory]
    [InlineData("todo/backend:1.2", "todo/backend")]
    [InlineData("registry:5000/todo/backend", "registry:5000/todo/backend")]
    [InlineData("registry:5000/todo/backend:1", "registry:5000/todo/backend")]
    [InlineData("backend@sha256:abc", "backend")]
    [InlineData("backend", "backend")]
    public void Images_are_known_by_name_without_tag(string image, string name) => Assert.Equal(name, ImageName.WithoutTag(image));
}
