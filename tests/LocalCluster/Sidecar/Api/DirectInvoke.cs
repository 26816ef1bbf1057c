namespace LocalCluster.Sidecar.Api;

/// <summary>daprd takes every unknown path for a service invocation without a target.</summary>
internal static class DirectInvoke
{
    public static Task NotFoundAsync(HttpContext context) => ApiError.WriteAsync(
        context,
        StatusCodes.Status404NotFound,
        "ERR_DIRECT_INVOKE",
        "failed getting app id either from the URL path or the header dapr-app-id");
}
