namespace LocalCluster.Sidecar.Resources;

/// <summary>A Component resource. <paramref name="Fingerprint"/> is the text of spec and scopes, in order: Dapr's test of sameness.</summary>
internal sealed record ComponentSpec(
    string Name,
    string Type,
    string Version,
    IReadOnlyList<KeyValuePair<string, string>> Metadata,
    string? MissingSecret,
    bool IgnoreErrors,
    TimeSpan InitTimeout,
    IReadOnlyList<string> Scopes,
    string Fingerprint);

/// <summary>One routing rule: the first whose expression holds wins.</summary>
internal sealed record RouteRule(string Match, string Path);

/// <summary>Bulk delivery settings of a Subscription.</summary>
internal sealed record BulkSubscribe(int MaxMessages, TimeSpan MaxAwait);

/// <summary>Where a subscription comes from.</summary>
internal enum SubscriptionOrigin
{
    Declarative,
    Programmatic,
}

/// <summary>A subscription, from a Subscription resource or from the app's answer to <c>GET /dapr/subscribe</c>.</summary>
internal sealed record SubscriptionSpec(
    string Name,
    string PubSubName,
    string Topic,
    IReadOnlyList<RouteRule> Rules,
    string DefaultPath,
    string DeadLetterTopic,
    IReadOnlyDictionary<string, string> Metadata,
    BulkSubscribe? Bulk,
    IReadOnlyList<string> Scopes,
    SubscriptionOrigin Origin,
    string Fingerprint);

/// <summary>A retry policy of a Resiliency resource.</summary>
internal sealed record RetryPolicySpec(bool Exponential, TimeSpan Duration, TimeSpan MaxInterval, int MaxRetries);

/// <summary>Policies for one direction of one component.</summary>
internal sealed record PolicySpec(TimeSpan? Timeout, RetryPolicySpec? Retry)
{
    public static PolicySpec None { get; } = new(null, null);
}

/// <summary>A Resiliency resource, with the policy names resolved for each component target.</summary>
internal sealed record ResiliencySpec(
    string Name,
    IReadOnlyDictionary<string, PolicySpec> Inbound,
    IReadOnlyDictionary<string, PolicySpec> Outbound,
    IReadOnlyList<string> Scopes,
    string Fingerprint);

/// <summary>Everything that the resource folders and the configuration files hold for this app.</summary>
internal sealed record ResourceSet(
    IReadOnlyList<ComponentSpec> Components,
    IReadOnlyList<SubscriptionSpec> Subscriptions,
    IReadOnlyList<ResiliencySpec> Resiliencies,
    string ConfigurationFingerprint,
    bool HotReload)
{
    /// <summary>Changes of Resiliency and Configuration restart the runtime: equal keys mean no restart.</summary>
    public string RestartKey =>
        ConfigurationFingerprint + "\n" + string.Join('\n', Resiliencies.Select(r => r.Name + "\n" + r.Fingerprint));
}
