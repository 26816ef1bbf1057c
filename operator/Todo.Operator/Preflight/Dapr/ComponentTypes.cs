namespace Todo.Operator.Preflight.Dapr;

/// <summary>The types of Component that Dapr 1.18 brings with it, as its <c>cmd/daprd/components</c> registers them. What is not among them does not load, unless it is a pluggable component.</summary>
internal static class ComponentTypes
{
    private static readonly Dictionary<string, HashSet<string>> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bindings"] = Words(
            """
            alicloud.dingtalk.webhook alicloud.dubbo alicloud.oss alicloud.sls alicloud.tablestore apns aws.dynamodb aws.kinesis aws.s3 aws.ses aws.sns aws.sqs
            azure.blobstorage azure.cosmosdb azure.cosmosdb.gremlinapi azure.eventgrid azure.eventhubs azure.openai azure.servicebus.queues
            azure.servicebusqueues azure.signalr azure.storagequeues cloudflare.queues commercetools cron dingtalk.webhook dubbo gcp.bucket gcp.pubsub graphql
            http huawei.obs influx kafka kubemq kubernetes localstorage mqtt mqtt3 mysql postgres postgresql postmark rabbitmq redis rethinkdb.statechange
            rocketmq sftp smtp twilio.sendgrid twilio.sms wasm zeebe.command zeebe.jobworker
            """),
        ["configuration"] = Words(
            """
            azure.appconfig kubernetes postgres postgresql redis
            """),
        ["conversation"] = Words(
            """
            anthropic aws.bedrock deepseek echo googleai huggingface mistral ollama openai
            """),
        ["crypto"] = Words(
            """
            azure.keyvault dapr.jwks dapr.kubernetes.secrets dapr.localstorage
            """),
        ["lock"] = Words(
            """
            redis
            """),
        ["pubsub"] = Words(
            """
            aws.snssqs azure.eventhubs azure.servicebus azure.servicebus.queues azure.servicebus.topics azure.servicebusqueues gcp.pubsub in-memory jetstream
            kafka kubemq mqtt mqtt3 pulsar rabbitmq redis rocketmq snssqs solace.amqp
            """),
        ["secretstores"] = Words(
            """
            alicloud.parameterstore aws.parameterstore aws.secretmanager azure.keyvault gcp.secretmanager hashicorp.vault huaweicloud.csms kubernetes local.env
            local.file tencentcloud.ssm
            """),
        ["state"] = Words(
            """
            aerospike alicloud.tablestore aws.dynamodb azure.blobstorage azure.cosmosdb azure.tablestorage cassandra cloudflare.workerskv cockroachdb coherence
            consul couchbase etcd gcp.firestore hashicorp.consul hazelcast in-memory jetstream memcached mongodb mysql oci.objectstorage oracledatabase postgres
            postgresql ravendb redis rethinkdb sqlite sqlite3 sqlserver yugabyte yugabytedb zookeeper
            """),
    };

    // All others have one version only: v1, or v0.
    private static readonly Dictionary<string, string[]> Versions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["state.azure.blobstorage"] = ["v1", "v2"],
        ["state.cockroachdb"] = ["v1", "v2"],
        ["state.etcd"] = ["v1", "v2"],
        ["state.postgres"] = ["v1", "v2"],
        ["state.postgresql"] = ["v1", "v2"],
        ["state.sqlserver"] = ["v1", "v2"],
        ["state.yugabyte"] = ["v2"],
        ["state.yugabytedb"] = ["v2"],
    };

    /// <summary>Kinds of Component that Dapr has. A type of another kind does not load, and ends the sidecar.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["bindings", "configuration", "conversation", "crypto", "lock", "middleware", "nameresolution", "pubsub", "secretstores", "state", "workflow"];

    /// <summary>Whether a type is one of Dapr's own; middleware and what else is no building block is not told apart.</summary>
    public static bool Has(string type) => type.Split('.', 2) is not [var kind, var name] || !Types.TryGetValue(kind, out var names) || names.Contains(name);

    /// <summary>Whether a type of Dapr's own has a version.</summary>
    public static bool Has(string type, string version) => (Versions.GetValueOrDefault(type) ?? ["v1", "v0"]).Contains(version, StringComparer.OrdinalIgnoreCase);

    private static HashSet<string> Words(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
}
