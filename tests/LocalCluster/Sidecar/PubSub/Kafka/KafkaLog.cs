namespace LocalCluster.Sidecar.PubSub.Kafka;

internal static partial class KafkaLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Text}")]
    public static partial void Librdkafka(ILogger log, string facility, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "kafka: {Reason}")]
    public static partial void ClientError(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "kafka: cannot consume: {Reason}")]
    public static partial void ConsumeFailed(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "kafka: the consumer has failed and is opened again: {Reason}")]
    public static partial void Reopening(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "kafka: unexpected error in the delivery of {Message}: it comes again")]
    public static partial void DeliveryBroke(ILogger log, Exception exception, string message);

    [LoggerMessage(Level = LogLevel.Information, Message = "kafka: group {Group} was given [{Partitions}]")]
    public static partial void Assigned(ILogger log, string group, string partitions);

    [LoggerMessage(Level = LogLevel.Information, Message = "kafka: group {Group} gives back [{Partitions}]")]
    public static partial void Revoked(ILogger log, string group, string partitions);

    [LoggerMessage(Level = LogLevel.Warning, Message = "kafka: group {Group}: messages in flight were not answered before the rebalance")]
    public static partial void HandOverLate(ILogger log, string group);

    [LoggerMessage(Level = LogLevel.Warning, Message = "kafka: error processing {Message}: retrying")]
    public static partial void Retrying(ILogger log, string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "kafka: error processing {Message}: skipped")]
    public static partial void Skipped(ILogger log, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "kafka: offset of {Message} not stored: {Reason}")]
    public static partial void NotStored(ILogger log, string message, string reason);
}
