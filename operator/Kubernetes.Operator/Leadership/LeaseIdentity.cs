namespace Kubernetes.Operator.Leadership;

/// <summary>Which Lease, and who we are in it.</summary>
internal sealed record LeaseIdentity(string Namespace, string Name, string Holder);
