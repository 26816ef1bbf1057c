namespace Kubernetes.Client.Configuration;

/// <summary>The configuration of the client is missing or wrong; the message names the file, the entry and what to do.</summary>
public sealed class KubernetesConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
