namespace LocalCluster.Sidecar.Delivery;

internal static partial class DeliveryLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "error deserializing a message of pubsub {PubSub} and topic {Topic}: not a JSON object")]
    public static partial void Undecodable(ILogger log, string pubSub, string topic);

    [LoggerMessage(Level = LogLevel.Error, Message = "non-retriable error returned from app while processing pub/sub event of {Topic}: {Path} not found (404)")]
    public static partial void NotFound(ILogger log, string topic, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "retriable error returned from app while processing pub/sub event of {Topic} at {Path}: status {Status}")]
    public static partial void Retriable(ILogger log, string topic, string path, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "error from app channel while sending pub/sub event of {Topic} to {Path}: {Reason}")]
    public static partial void Unanswered(ILogger log, string topic, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "failed to send message to dead letter topic {Topic}: {Reason}")]
    public static partial void DeadLetterFailed(ILogger log, string topic, string reason);
}
