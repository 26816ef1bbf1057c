using System.Text;

namespace LocalCluster.Sidecar.Tests.Support;

/// <summary>Dapr resources as YAML.</summary>
internal static class Resource
{
    /// <summary>A busy machine may need more than the default of 5 s.</summary>
    public const string Patient = "  initTimeout: 60s\n";

    public static string Redis(string name, params (string Name, string Value)[] metadata) =>
        Component(name, "pubsub.redis", "v1", [("redisHost", $"{Brokers.Redis.Host}:6379"), .. metadata], Patient);

    public static string Kafka(string name, params (string Name, string Value)[] metadata) =>
        Component(name, "pubsub.kafka", "v1", [("brokers", Brokers.KafkaServers), ("authType", "none"), ("initialOffset", "oldest"), .. metadata], Patient);

    public static string Component(string name, string type, string version, IEnumerable<(string Name, string Value)> metadata, string extra = "")
    {
        var yaml = new StringBuilder();
        yaml.Append("apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata:\n  name: ").Append(name).Append("\nspec:\n  type: ").Append(type)
            .Append("\n  version: ").Append(version).Append('\n').Append(extra).Append("  metadata:\n");
        foreach (var (key, value) in metadata)
        {
            yaml.Append("  - name: ").Append(key).Append("\n    value: \"").Append(value).Append("\"\n");
        }

        return yaml.ToString();
    }

    public static string Subscription(string name, string pubsub, string topic, string route, string? deadLetter = null, string extra = "", string scope = "")
    {
        var yaml = $"apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata:\n  name: {name}\nspec:\n  pubsubname: {pubsub}\n  topic: {topic}\n"
                   + $"  routes:\n    default: {route}\n";
        return yaml + (deadLetter is null ? "" : $"  deadLetterTopic: {deadLetter}\n") + extra + (scope.Length == 0 ? "" : $"scopes: [{scope}]\n");
    }

    /// <summary>One constant inbound retry policy for one component.</summary>
    public static string Resiliency(string component, string duration, int maxRetries, string timeout = "") =>
        "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata:\n  name: retries\nspec:\n  policies:\n"
        + (timeout.Length == 0 ? "" : $"    timeouts: {{ slow: {timeout} }}\n")
        + $"    retries:\n      again: {{ policy: constant, duration: {duration}, maxRetries: {maxRetries} }}\n"
        + $"  targets:\n    components:\n      {component}:\n        inbound:\n          retry: again\n"
        + (timeout.Length == 0 ? "" : "          timeout: slow\n");
}
