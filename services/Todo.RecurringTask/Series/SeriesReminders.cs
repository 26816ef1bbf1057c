using Npgsql;
using Todo.Contracts.Payloads;

namespace Todo.RecurringTask.Series;

/// <summary>The reminders of a series: those that count from the due date are those of its next task as well.</summary>
internal static class SeriesReminders
{
    // One whose moment is past already is as good as sent: completing a task must not mail anybody.
    private const string Copy = """
        insert into reminders (task_id, minutes_before, remind_at, reminded_at)
        select $2, minutes_before, moment, case when moment <= clock_timestamp() then moment end
        from (select minutes_before, $3 - make_interval(mins => minutes_before) as moment from reminders where task_id = $1 and minutes_before is not null) as before_due
        """;

    public static async Task CopyAsync(NpgsqlTransaction transaction, TaskSnapshot from, TaskSnapshot to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Copy, transaction.Connection, transaction)
        {
            Parameters = { new() { Value = from.Id }, new() { Value = to.Id }, new() { Value = to.DueAt!.Value.ToUniversalTime() } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
