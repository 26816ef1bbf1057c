namespace LocalCluster.Hosting.Todo;

/// <summary>A state of the platform that somebody can ask for with one patch.</summary>
public sealed record Destination(string Name, bool UseDapr, string Broker)
{
    public static readonly Destination DirectKafka = new("direct Kafka", UseDapr: false, "kafka");
    public static readonly Destination DaprKafka = new("Dapr on Kafka", UseDapr: true, "kafka");
    public static readonly Destination DaprRedis = new("Dapr on Redis", UseDapr: true, "redis");

    public static IReadOnlyList<Destination> All { get; } = [DirectKafka, DaprKafka, DaprRedis];

    /// <summary>Merge patch for <c>kubectl patch --type merge</c>.</summary>
    public string Patch => $$$"""{"spec":{"useDapr":{{{(UseDapr ? "true" : "false")}}},"broker":"{{{Broker}}}"}}""";
}
