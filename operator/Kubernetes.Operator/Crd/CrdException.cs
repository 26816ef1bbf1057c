namespace Kubernetes.Operator.Crd;

/// <summary>A type cannot be turned into a resource definition; the message names the property and says what to change.</summary>
public sealed class CrdException(string message) : Exception(message);
