namespace LocalCluster.Dependencies;

/// <summary>The cluster cannot start or go on; the message tells the person at the terminal what to do.</summary>
public sealed class ClusterException(string message, Exception? inner = null) : Exception(message, inner);
