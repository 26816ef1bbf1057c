using LocalCluster.Sidecar.CommandLine;
using YamlDotNet.RepresentationModel;

namespace LocalCluster.Sidecar.Resources;

/// <summary>From YAML documents to the records of this folder. Fields are those of Dapr's CRDs (dapr.io/v1alpha1, v2alpha1).</summary>
internal static class ResourceReader
{
    private static readonly TimeSpan DefaultInitTimeout = TimeSpan.FromSeconds(5);

    public static string Kind(YamlNode document) =>
        document.Text("apiVersion")?.StartsWith("dapr.io/", StringComparison.Ordinal) == true ? document.Text("kind") ?? "" : "";

    public static ComponentSpec Component(YamlNode document, string appId, string podNamespace)
    {
        var metadata = new List<KeyValuePair<string, string>>();
        string? missing = null;
        foreach (var item in document.Items("spec", "metadata"))
        {
            var name = item.Text("name") ?? "";
            if (item.Text("value") is null && item.At("secretKeyRef") is not null)
            {
                missing ??= item.Text("secretKeyRef", "name") ?? "";
                continue;
            }

            metadata.Add(new(name, Expand(item.Text("value") ?? "", appId, podNamespace)));
        }

        return new ComponentSpec(
            Name(document),
            document.Text("spec", "type") ?? "",
            document.Text("spec", "version") ?? "v1",
            metadata,
            missing,
            document.Flag("spec", "ignoreErrors"),
            GoDuration.TryParse(document.Text("spec", "initTimeout"), out var timeout) ? timeout : DefaultInitTimeout,
            document.Texts("scopes"),
            Fingerprint(document));
    }

    public static SubscriptionSpec Subscription(YamlNode document)
    {
        var spec = document.At("spec");
        var version1 = document.Text("apiVersion") == "dapr.io/v1alpha1";
        return new SubscriptionSpec(
            Name(document),
            spec.Text("pubsubname") ?? "",
            spec.Text("topic") ?? "",
            [.. spec.Items("routes", "rules").Select(rule => new RouteRule(rule.Text("match") ?? "", rule.Text("path") ?? ""))],
            (version1 ? spec.Text("route") : spec.Text("routes", "default")) ?? "",
            spec.Text("deadLetterTopic") ?? "",
            spec.Fields("metadata").ToDictionary(pair => pair.Key, pair => pair.Value.Text() ?? "", StringComparer.Ordinal),
            spec.Flag("bulkSubscribe", "enabled")
                ? new BulkSubscribe(
                    spec.Number("bulkSubscribe", "maxMessagesCount") ?? 100,
                    TimeSpan.FromMilliseconds(spec.Number("bulkSubscribe", "maxAwaitDurationMs") ?? 1000))
                : null,
            document.Texts("scopes"),
            SubscriptionOrigin.Declarative,
            Fingerprint(document));
    }

    public static ResiliencySpec Resiliency(YamlNode document)
    {
        var policies = document.At("spec", "policies");
        var timeouts = policies.Fields("timeouts").ToDictionary(p => p.Key, p => p.Value.Text(), StringComparer.Ordinal);
        var retries = policies.Fields("retries").ToDictionary(p => p.Key, p => Retry(p.Value), StringComparer.Ordinal);

        Dictionary<string, PolicySpec> Direction(string direction) =>
            document.Fields("spec", "targets", "components").ToDictionary(
                target => target.Key,
                target => new PolicySpec(
                    target.Value.Text(direction, "timeout") is { } timeout && timeouts.TryGetValue(timeout, out var text)
                        && GoDuration.TryParse(text, out var value) ? value : null,
                    target.Value.Text(direction, "retry") is { } retry ? retries.GetValueOrDefault(retry) : null),
                StringComparer.Ordinal);

        return new ResiliencySpec(Name(document), Direction("inbound"), Direction("outbound"), document.Texts("scopes"), Fingerprint(document));
    }

    /// <summary>Whether a Configuration leaves HotReload on, its default since 1.18.</summary>
    public static bool HotReload(YamlNode configuration) =>
        configuration.Items("spec", "features")
            .Where(feature => feature.Text("name") == "HotReload")
            .Select(feature => feature.Flag("enabled"))
            .DefaultIfEmpty(true)
            .Last();

    private static RetryPolicySpec Retry(YamlNode node) => new(
        string.Equals(node.Text("policy"), "exponential", StringComparison.OrdinalIgnoreCase),
        GoDuration.TryParse(node.Text("duration"), out var duration) ? duration : TimeSpan.FromSeconds(5),
        GoDuration.TryParse(node.Text("maxInterval"), out var interval) ? interval : TimeSpan.FromSeconds(60),
        node.Number("maxRetries") ?? -1);

    private static string Name(YamlNode document) => document.Text("metadata", "name") ?? "";

    private static string Fingerprint(YamlNode document) => document.At("spec").Canonical() + document.At("scopes").Canonical();

    private static string Expand(string value, string appId, string podNamespace) => value
        .Replace("{uuid}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
        .Replace("{podName}", Environment.GetEnvironmentVariable("POD_NAME") ?? Environment.MachineName, StringComparison.Ordinal)
        .Replace("{appID}", appId, StringComparison.Ordinal)
        .Replace("{namespace}", podNamespace, StringComparison.Ordinal);
}
