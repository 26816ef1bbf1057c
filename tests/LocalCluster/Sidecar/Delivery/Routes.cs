using System.Text.Json;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.Delivery;

/// <summary>Which path of the app an event goes to.</summary>
internal sealed class Routes
{
    private readonly List<(RouteExpression Match, string Path)> _rules;
    private readonly string _default;

    /// <exception cref="FormatException">A rule's expression is outside of what <see cref="RouteExpression"/> reads.</exception>
    public Routes(SubscriptionSpec spec)
    {
        _rules = [.. spec.Rules.Select(rule => (RouteExpression.Parse(rule.Match), rule.Path))];
        _default = spec.DefaultPath;
    }

    /// <summary>The path of the first rule that holds, else the default; null when there is none.</summary>
    public string? PathFor(JsonElement root)
    {
        foreach (var (match, path) in _rules)
        {
            if (match.Holds(root))
            {
                return path;
            }
        }

        return _default.Length == 0 ? null : _default;
    }
}
