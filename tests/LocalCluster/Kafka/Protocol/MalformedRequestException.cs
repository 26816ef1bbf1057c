namespace LocalCluster.Kafka.Protocol;

/// <summary>A request that does not follow its schema. The connection it came on is closed, as Kafka does.</summary>
internal sealed class MalformedRequestException(string message) : Exception(message);
