using System.Diagnostics;

namespace Kubernetes.Operator.Controllers;

/// <summary>Traces of the runtime: one activity per reconcile.</summary>
public static class OperatorTracing
{
    /// <summary>Name of the source, for <c>AddSource</c>.</summary>
    public const string SourceName = "Kubernetes.Operator";

    internal static ActivitySource Source { get; } = new(SourceName);
}
