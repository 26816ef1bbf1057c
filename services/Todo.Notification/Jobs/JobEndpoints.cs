using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;
using Todo.Notification.Reminders;

namespace Todo.Notification.Jobs;

/// <summary>The job that Dapr's scheduler fires; the messaging layer creates and deletes it.</summary>
internal static class JobEndpoints
{
    /// <summary>Name of the job; the sidecar calls <c>POST /job/check-due-tasks</c>.</summary>
    public const string Name = "check-due-tasks";

    public static void MapJobs(this IEndpointRouteBuilder routes) => routes.MapPost($"/job/{Name}", TickAsync).RequireSidecar();

    /// <summary>One sweep. Anything but success makes Dapr fire the tick again.</summary>
    private static async Task<IResult> TickAsync(ReminderSweep sweep, CancellationToken cancellationToken)
    {
        try
        {
            await sweep.RunAsync(cancellationToken);
            return Results.Ok();
        }
        catch (Exception e) when (DatabaseErrors.IsTransient(e))
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }
}
