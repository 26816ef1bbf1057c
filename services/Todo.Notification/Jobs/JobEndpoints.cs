using System.Security.Cryptography;
using System.Text;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;
using Todo.Notification.Reminders;

namespace Todo.Notification.Jobs;

/// <summary>The job's callback.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder routes) => routes.MapPost($"/job/{DaprJobs.Name}", TickAsync);

    /// <summary>One sweep. Anything but 200 makes Dapr try the tick again.</summary>
    private static async Task TickAsync(HttpContext context, ReminderSweep sweep, ServiceOptions options)
    {
        if (options.Dapr.AppApiToken is { } token && !Matches(context.Request.Headers["dapr-api-token"].ToString(), token))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            await sweep.RunAsync(context.RequestAborted);
        }
        catch (Exception e) when (DatabaseErrors.IsTransient(e))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    private static bool Matches(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
