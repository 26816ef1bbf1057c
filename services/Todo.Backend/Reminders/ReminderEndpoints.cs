using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Todo.Backend.Http;
using Todo.Backend.OpenApi;

namespace Todo.Backend.Reminders;

/// <summary>The REST API of reminders (docs/reference/rest-api.md).</summary>
internal static class ReminderEndpoints
{
    private static readonly Answer NoReminder = Answer.Of(Problem.Of(StatusCodes.Status404NotFound, "There is no such reminder."));

    public static void MapReminders(this IEndpointRouteBuilder routes)
    {
        var reminders = routes.MapApi("/api/v1/tasks/{id:long}/reminders", "reminders");
        reminders.Describe("setReminder", "Set a reminder of a task.", 201, body: typeof(NewReminder), answer: typeof(ReminderResponse), mayConflict: true).Post("", SetAsync);
        reminders.Describe("listReminders", "List the reminders of a task.", answer: typeof(ReminderPage)).Get("", ListAsync);
        routes.MapApi("/api/v1/reminders", "reminders").Describe("removeReminder", "Remove a reminder.", 204).Delete("/{id:long}", RemoveAsync);
    }

    private static async Task SetAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: true, context.RequestAborted);
        var input = ReminderInputReader.Read(body, out var errors);
        if (errors.Count > 0)
        {
            await context.RefuseAsync(errors);
            return;
        }

        await context.ChangeAsync(body, "tasks", async (transaction, userId, id, cancellationToken) =>
            await context.Service<ReminderCommands>().SetAsync(transaction, userId, id, input, cancellationToken) is { } reminder
                ? Answer.Of(StatusCodes.Status201Created, ReminderResponse.Of(reminder), BackendJson.Plain.ReminderResponse, version: null)
                : Answer.NoTask);
    }

    // A reminder is a part of its task and has no version of its own: If-Match is that of the task.
    private static async Task RemoveAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: false, context.RequestAborted);
        await context.Service<ChangeExecutor>().ExecuteAsync(context, body, async (transaction, caller, cancellationToken) =>
        {
            if (await ReminderCommands.LockTaskAsync(transaction, caller.UserId, context.Number(), cancellationToken) is not { } task)
            {
                return NoReminder;
            }

            return await Precondition.FailureAsync(context, transaction, "tasks", caller.UserId, task, cancellationToken)
                ?? (await context.Service<ReminderCommands>().RemoveAsync(transaction, caller.UserId, context.Number(), cancellationToken) ? new Answer(StatusCodes.Status204NoContent) : NoReminder);
        });
    }

    private static async Task ListAsync(HttpContext context)
    {
        var reminders = await context.Service<ReminderQueries>().ListAsync(context.UserId(), context.Number(), context.RequestAborted);
        var answer = reminders is null
            ? Answer.NoTask
            : Answer.Of(StatusCodes.Status200OK, new ReminderPage([.. reminders.Select(ReminderResponse.Of)]), BackendJson.Plain.ReminderPage, version: null);
        await answer.WriteAsync(context);
    }
}

/// <summary>Body of POST of a reminder, for the OpenAPI document alone: exactly one of the two.</summary>
internal sealed record NewReminder(
    [property: Description("A moment to come")] DateTimeOffset? RemindAt = null,
    [property: Range(1, ReminderInput.MaxMinutes), Description("Minutes before the due date, which it moves with")] int? MinutesBefore = null);
