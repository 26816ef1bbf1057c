namespace LocalCluster.ApiServer.Cel;

/// <summary>An expression that cannot be read, or that cannot be evaluated for a value.</summary>
internal sealed class CelException(string message) : Exception(message);
