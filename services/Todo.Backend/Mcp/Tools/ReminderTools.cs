using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using ModelContextProtocol.Server;
using NodaTime;
using NodaTime.Extensions;
using Todo.Backend.Mcp.Calls;
using Todo.Backend.Mcp.Results;
using Todo.Backend.Reminders;

namespace Todo.Backend.Mcp.Tools;

/// <summary>The tool that sets reminders.</summary>
internal sealed class ReminderTools(ToolSession session, ReminderCommands commands, NotFound notFound, TimeProvider time)
{
    [McpServerTool(Name = "set_reminder", Title = "Set a reminder", ReadOnly = false, Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description(
        "Has the user mailed at a moment to come, besides the mail that comes before every due date. Give exactly one of remind_before_minutes and remind_at. "
        + "A task that is completed or deleted by then is not mailed. The same reminder set again is one.")]
    public async Task<ReminderAnswer> SetReminderAsync(
        [Description("Number of the task")] long task_id,
        [Description("Minutes before the task's due date; when the due date moves, the reminder moves with it")] [Range(1, ReminderInput.MaxMinutes)] int? remind_before_minutes = null,
        [Description("ISO 8601, e.g. 2026-11-22T08:00:00Z; without an offset UTC. A date alone: that day at the present time of day")] string? remind_at = null,
        CancellationToken cancellationToken = default)
    {
        if (remind_before_minutes is null == string.IsNullOrEmpty(remind_at))
        {
            throw new ToolException(new ToolError(ErrorCodes.InvalidRequest, "Give exactly one of remind_before_minutes and remind_at."));
        }

        var now = time.GetUtcNow().ToInstant().InZone(Moments.Zone(session.Caller.TimeZone)).TimeOfDay;
        var input = new ReminderInput(Moments.Read("remind_at", remind_at, session.Caller.TimeZone, now), remind_before_minutes);
        var reminder = await session.ChangeAsync(transaction => commands.SetAsync(transaction, session.UserId, task_id, input, cancellationToken), cancellationToken)
            ?? throw await notFound.TaskAsync(task_id, cancellationToken);
        var moment = reminder.RemindAt!.Value.UtcDateTime;
        return new ReminderAnswer(true, string.Create(CultureInfo.InvariantCulture, $"A mail comes at {moment:yyyy-MM-ddTHH:mm:ssZ}."), task_id, moment);
    }
}
