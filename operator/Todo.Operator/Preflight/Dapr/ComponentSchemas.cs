using static Todo.Operator.Preflight.Dapr.ComponentSchema;

namespace Todo.Operator.Preflight.Dapr;

/// <summary>
/// The fields of the Components that are generated, from components-contrib 1.18.4: <c>common/component/kafka/metadata.go</c>, <c>pubsub/redis/redis.go</c>,
/// <c>common/component/redis/settings.go</c>, <c>state/postgresql/v2/metadata.yaml</c>. The source and not the documentation: they differ.
/// </summary>
internal static class ComponentSchemas
{
    private const string Plain = "is not one of SHA-256, SHA-512: Dapr would silently log in with SASL/PLAIN and send the password as it is";

    public static ComponentSchema Kafka { get; } = new("pubsub.kafka", "v1",
    [
        Addresses("brokers"),
        OneOf("authType", "none", "password", "mtls", "oidc", "oidc_private_key_jwt", "certificate", "awsiam") with
        {
            Required = true,
            Traps = Trap(("sasl", "does not exist: SASL is password")),
        },
        Text("saslUsername"), Text("saslPassword"),
        OneOf("saslMechanism", "SHA-256", "SHA-512", "PLAIN", "PLAINTEXT") with
        {
            Traps = Trap(("SCRAM-SHA-256", Plain + "; write SHA-256"), ("SCRAM-SHA-512", Plain + "; write SHA-512")),
        },
        Flag("disableTls"), Flag("skipVerify"), Text("caCert"), Text("clientCert"), Text("clientKey"),
        Text("consumerGroup"), Text("consumerID"), Text("clientID"),
        OneOf("initialOffset", "oldest", "newest"),
        Dotted("version"),
        Number("maxMessageBytes"), Flag("consumeRetryEnabled"), Duration("consumeRetryInterval"),
        OneOf("backOffPolicy", "constant", "exponential"), Duration("backOffDuration"), Duration("backOffInitialInterval"), Duration("backOffMaxInterval"),
        Text("backOffMaxRetries"), Duration("backOffMaxElapsedTime"), Text("backOffMultiplier"), Text("backOffRandomizationFactor"),
        Duration("heartbeatInterval"), Duration("sessionTimeout"), Number("channelBufferSize"), Number("consumerFetchMin"), Number("consumerFetchDefault"),
        OneOf("consumerGroupRebalanceStrategy", "range", "sticky", "roundrobin"),
        OneOf("compression", "none", "gzip", "snappy", "lz4", "zstd"),
        OneOf("producerRequiredAcks", "all", "local", "none"), Number("producerRetryMax"),
        Duration("clientConnectionTopicMetadataRefreshInterval"), Duration("clientConnectionKeepAliveInterval"),
        Duration("dialTimeout"), Duration("readTimeout"), Duration("writeTimeout"), Duration("metadataTimeout"),
        Flag("escapeHeaders"), Text("excludeHeaderMetaRegex"), Flag("useAvroJSON"),
        Text("schemaRegistryURL"), Text("schemaRegistryAPIKey"), Text("schemaRegistryAPISecret"), Flag("schemaCachingEnabled"), Duration("schemaLatestVersionCacheTTL"),
        Text("oidcTokenEndpoint"), Text("oidcClientID"), Text("oidcClientSecret"), Text("oidcScopes"), Text("oidcExtensions"),
        Text("awsRegion"), Text("awsAccessKey"), Text("awsSecretKey"), Text("awsSessionToken"), Text("awsIamRoleArn"), Text("awsStsSessionName"),
    ])
    {
        NotThere = Trap(
            ("enableTLS", "TLS is on unless disableTls is true or authType is none"),
            ("producerIdempotence", "Dapr's producer is never idempotent"), ("enableIdempotence", "Dapr's producer is never idempotent"),
            ("compressionType", "it is compression"),
            ("requiredAcks", "it is producerRequiredAcks"), ("acks", "it is producerRequiredAcks"),
            ("maxRetries", "retries belong into a Resiliency"), ("retryBackoff", "retries belong into a Resiliency"),
            ("messageHandlerTimeout", "time limits belong into a Resiliency"),
            ("deadLetterTopic", "it belongs into the Subscription")),
    };

    public static ComponentSchema Redis { get; } = new("pubsub.redis", "v1",
    [
        Address("redisHost") with { Port = "redisPort" }, Number("redisPort", 1),
        Text("redisUsername"), Text("redisPassword"), Number("redisDB"), OneOf("redisType", "node", "cluster"),
        Flag("enableTLS"), Flag("insecureSkipTLSVerify"), Text("clientCert"), Text("clientKey"),
        Flag("failover"), Text("sentinelMasterName"), Text("sentinelUsername"), Text("sentinelPassword"),
        Text("consumerID"),
        Lasting("processingTimeout", "a duration above 0 such as 20s, or bare milliseconds (0 switches redelivery off: a crash would lose what is pending)"),
        Milliseconds("redeliverInterval"),
        Number("maxLenApprox") with { Accepts = v => v == "0", Expected = "it, but only 0 is safe: trimming by length removes entries that nobody has read" },
        Duration("streamTTL") with { Accepts = _ => false, Expected = "it, but no value is safe: trimming by age removes entries that nobody has read" },
        Number("queueDepth", 1), Number("concurrency", 1),
        Number("poolSize", 1), Number("minIdleConns"), Duration("poolTimeout"), Duration("idleTimeout"), Duration("idleCheckFrequency"), Duration("maxConnAge"),
        Number("redisMaxRetries"), Duration("redisMinRetryInterval"), Duration("redisMaxRetryInterval"),
        Duration("dialTimeout"), Duration("readTimeout"), Duration("writeTimeout"),
    ])
    {
        NotThere = Trap(
            ("disableTls", "Redis has enableTLS"), ("host", "it is redisHost"), ("password", "it is redisPassword"),
            ("deadLetterTopic", "it belongs into the Subscription")),
    };

    public static ComponentSchema PostgreSqlState { get; } = new("state.postgresql", "v2",
    [
        Text("connectionString", required: true),
        Text("host"), Text("hostaddr"), Number("port", 1), Text("user"), Text("password"), Text("database"), Text("sslRootCert"),
        Text("tablePrefix"), Text("metadataTableName"), Duration("cleanupInterval"), Duration("timeout"),
        Number("maxConns"), Duration("connectionMaxIdleTime"),
        OneOf("queryExecMode", "cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"),
        Flag("actorStateStore"), Text("keyPrefix"),
    ])
    {
        NotThere = Trap(("tableName", "v2 has tablePrefix; the table is the prefix and \"state\""), ("cleanupIntervalInSeconds", "it is cleanupInterval")),
    };

    public static ComponentSchema KubernetesSecrets { get; } = new("secretstores.kubernetes", "v1", [Text("defaultNamespace"), Text("kubeconfigPath")]);

    /// <summary>The tables.</summary>
    public static IReadOnlyList<ComponentSchema> All { get; } = [Kafka, Redis, PostgreSqlState, KubernetesSecrets];

    private static Dictionary<string, string> Trap(params (string Name, string Why)[] traps) => traps.ToDictionary(t => t.Name, t => t.Why, StringComparer.OrdinalIgnoreCase);
}
