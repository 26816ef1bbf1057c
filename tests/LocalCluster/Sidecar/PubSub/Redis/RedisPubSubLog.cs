namespace LocalCluster.Sidecar.PubSub.Redis;

internal static partial class RedisPubSubLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "error processing Redis message {Id} of {Topic}: acknowledged all the same")]
    public static partial void AcknowledgedOnError(ILogger log, string topic, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "cannot acknowledge {Id} of {Topic}: {Reason}")]
    public static partial void AcknowledgeFailed(ILogger log, string topic, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "redis streams: error reading from stream {Topic}: {Reason}")]
    public static partial void ReadFailed(ILogger log, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "redis streams: unexpected error in the delivery of {Topic} {Id}: it comes again")]
    public static partial void DeliveryBroke(ILogger log, Exception exception, string topic, string id);
}
