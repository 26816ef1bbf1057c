using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Cel;

namespace LocalCluster.ApiServer.Tests.Unit;

public sealed class CelTests
{
    private const string Self = """{"n":3,"d":1.5,"s":"abc","b":true,"list":[1,2,3],"items":[{"name":"x","on":true},{"name":"y","on":false}],"map":{"a":1},"t":"90s","none":null,"a-b":1}""";

    private static object? Evaluate(string rule) => CelEvaluator.Evaluate(
        CelParser.Parse(rule), new Dictionary<string, object?> { ["self"] = CelValues.From(JsonNode.Parse(Self)) });

    [Theory]
    [InlineData("self.n == 3 && self.s != 'x'")]
    [InlineData("self.n == 3.0 && 1 < 1.5")]
    [InlineData("!(self.n < 3) && self.n <= 3 && self.n >= 3 && self.n > 2")]
    [InlineData("self.n in [1, 2, 3] && !('z' in self.map) && 'a' in self.map")]
    [InlineData("self.b ? true : self.nope")]
    [InlineData("has(self.n) && !has(self.nope)")]
    [InlineData("size(self.list) == 3 && self.s.size() == 3 && self.map.size() == 1")]
    [InlineData("self.list.all(i, i > 0) && self.list.exists(i, i == 2) && self.list.exists_one(i, i == 2)")]
    [InlineData("self.items.filter(i, i.on).map(i, i.name) == ['x']")]
    [InlineData("self.items.map(i, i.on, i.name) == ['x']")]
    [InlineData("self.map.all(k, self.map[k] == 1)")]
    [InlineData("self.s.startsWith('a') && self.s.endsWith('c') && self.s.contains('b') && self.s.matches('^a.c$')")]
    [InlineData("self.n + 2 * 3 - 4 / 2 == 7 && -self.n % 2 == -1")]
    [InlineData("self.s + \"d\" == 'abcd' && [1] + [2] == [1, 2]")]
    [InlineData("duration(self.t) > duration('1m') && duration('1h30m') == duration('90m')")]
    [InlineData("timestamp('2026-01-01T00:00:00Z') + duration('1h') == timestamp('2026-01-01T01:00:00Z')")]
    [InlineData("int('5') == 5 && string(5) == '5' && double('1.5') == self.d")]
    [InlineData("self.nope == 1 || true")]
    [InlineData("true || self.nope == 1")]
    [InlineData("self.none == null && self.list[0] == 1 && self['n'] == 3")]
    [InlineData("self.a__dash__b == 1")]
    [InlineData("{'a': 1} == self.map && r'\\d' == '\\\\d'")]
    [InlineData("self.list.isSorted() && self.list.sum() == 6 && self.list.max() == 3")]
    public void Holds(string rule) => Assert.Equal(true, Evaluate(rule));

    [Theory]
    [InlineData("self.nope", "no such key: nope")]
    [InlineData("self.list[9]", "index out of bounds: 9")]
    [InlineData("self.s < 1", "no such overload: comparison(string, int)")]
    [InlineData("1 / 0", "division by zero")]
    [InlineData("9223372036854775807 + 1", "integer overflow")]
    [InlineData("other", "undeclared reference to 'other'")]
    [InlineData("self.nope && true", "no such key: nope")]
    public void Has_no_value(string rule, string why) => Assert.Equal(why, Assert.Throws<CelException>(() => Evaluate(rule)).Message);

    [Theory]
    [InlineData("self.")]
    [InlineData("self ==")]
    [InlineData("(self")]
    [InlineData("'abc")]
    [InlineData("a b")]
    [InlineData("self.list.all(i)")]
    [InlineData("#")]
    public void Cannot_be_read(string rule) => Assert.Throws<CelException>(() => CelParser.Parse(rule));

    [Theory]
    [InlineData("self.a == oldSelf.a", true)]
    [InlineData("self.list.all(i, i == oldSelf)", true)]
    [InlineData("self.list.all(oldSelf, oldSelf == 1)", false)]
    [InlineData("self.oldSelf", false)]
    public void Knows_whether_it_looks_back(string rule, bool expected) => Assert.Equal(expected, CelParser.Parse(rule).Uses("oldSelf"));
}
