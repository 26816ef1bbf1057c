using Kubernetes.Client.Errors;

namespace Kubernetes.Operator.Controllers;

/// <summary>Tells what the world does to a controller from a mistake in it: only the latter counts as a panic.</summary>
internal static class ExpectedFailure
{
    public static bool Is(Exception e) => e is KubernetesException or HttpRequestException or IOException or TimeoutException or OperationCanceledException;
}
