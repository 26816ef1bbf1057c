using System.Text.Json;
using LocalCluster.Sidecar.Delivery;

namespace LocalCluster.Sidecar.Tests.Units;

public sealed class RouteExpressionTests
{
    [Theory]
    [InlineData("""event.type == "a" """, true)]
    [InlineData("event.type == 'b'", false)]
    [InlineData("event.type != 'b' && event.data.n == 3", true)]
    [InlineData("event.type == 'b' || (event.data.n == 3 && event.data.ok)", true)]
    [InlineData("!(event.type == 'a')", false)]
    [InlineData("has(event.subject)", false)]
    [InlineData("has(event.data.n) && !has(event.nothing)", true)]
    [InlineData("event.data.n == '3'", false)]
    public void A_rule_holds_or_not(string rule, bool expected)
    {
        using var json = JsonDocument.Parse("""{"type":"a","data":{"n":3,"ok":true}}""");
        Assert.Equal(expected, RouteExpression.Parse(rule).Holds(json.RootElement));
    }

    [Theory]
    [InlineData("")]
    [InlineData("event.type ==")]
    [InlineData("event.type == 'a")]
    [InlineData("(event.type == 'a'")]
    [InlineData("size(event.type) == 1")]
    public void A_rule_beyond_this_reader_is_refused(string rule) => Assert.Throws<FormatException>(() => RouteExpression.Parse(rule));
}
