using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Todo.Messaging.Hosting;

/// <summary>Guards of routes that only one caller may use.</summary>
public static class SidecarFilter
{
    /// <summary>Answers 401 to everybody but the sidecar, when <c>APP_API_TOKEN</c> is set. For callbacks like <c>POST /job/...</c>.</summary>
    public static RouteHandlerBuilder RequireSidecar(this RouteHandlerBuilder route) => route.AddEndpointFilter((context, next) =>
    {
        var expected = context.HttpContext.RequestServices.GetRequiredService<ServiceOptions>().Dapr.AppApiToken;
        return expected is null || SameSecret(context.HttpContext.Request.Headers["dapr-api-token"], expected)
            ? next(context)
            : ValueTask.FromResult<object?>(Results.StatusCode(StatusCodes.Status401Unauthorized));
    });

    internal static bool SameSecret(string? given, string expected) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
