using Npgsql;
using NpgsqlTypes;
using Todo.Contracts.Payloads;

namespace Todo.RecurringTask.Series;

/// <summary>Tasks of series in the database.</summary>
internal static class SeriesStore
{
    // Not when the series has a later task: a task that was opened and completed again has its successor. The unique index decides between two at the same moment.
    // Category and tags are those that the completed task has now: what is gone by now can't be given to another.
    private const string Insert = """
        with created as (
          insert into tasks (user_id, title, description, priority, due_at, recurrence_rule, series_id, series_start, occurrence, category_id)
          select $1, $2, $3, $4, $5, $6, $7, $8, $5, (select category_id from tasks where id = $10 and user_id = $1)
          where exists (select from users where id = $1) and not exists (select from tasks where series_id = $7 and occurrence > $9)
          on conflict (series_id, occurrence) where series_id is not null do nothing
          returning id, user_id, version, created_at, updated_at, category_id),
        tagged as (
          insert into task_tags (user_id, task_id, tag_id)
          select c.user_id, c.id, t.tag_id from created c join task_tags t on t.task_id = $10 and t.user_id = c.user_id
          returning tag_id)
        select id, version, created_at, updated_at, category_id, array(select tag_id from tagged order by tag_id) from created
        """;

    // Locked: the original could publish one completion in two forms, and two of them at a time must not each see a series without a later task.
    private const string Find = """
        select t.id, t.user_id, t.title, t.description, t.priority, t.completed_at, t.due_at, t.recurrence_rule, t.series_id, t.series_start, t.occurrence,
          t.version, t.created_at, t.updated_at, u.time_zone
        from tasks t join users u on u.id = t.user_id where t.id = $1 and t.completed for update of t
        """;

    /// <summary>Adds the next task of a series; null when it is there already, or its owner is gone.</summary>
    public static async Task<TaskSnapshot?> InsertAsync(NpgsqlTransaction transaction, TaskSnapshot completed, DateTimeOffset occurrence, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Insert, transaction.Connection, transaction)
        {
            Parameters =
            {
                new() { Value = completed.UserId },
                new() { Value = completed.Title },
                new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)completed.Description ?? DBNull.Value },
                new() { Value = completed.Priority },
                new() { Value = occurrence.ToUniversalTime() },
                new() { Value = completed.RecurrenceRule! },
                new() { Value = completed.SeriesId!.Value },
                new() { Value = completed.SeriesStart!.Value.ToUniversalTime() },
                new() { Value = completed.Occurrence!.Value.ToUniversalTime() },
                new() { Value = completed.Id },
            },
        };
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? completed with
            {
                Id = row.GetInt64(0),
                Completed = false,
                CompletedAt = null,
                DueAt = occurrence,
                Occurrence = occurrence,
                Version = row.GetInt64(1),
                CreatedAt = row.GetFieldValue<DateTimeOffset>(2),
                UpdatedAt = row.GetFieldValue<DateTimeOffset>(3),
                CategoryId = row.IsDBNull(4) ? null : row.GetInt64(4),
                TagIds = row.GetFieldValue<long[]>(5),
            }
            : null;
    }

    /// <summary>A completed task with its owner's zone, for events that carry only its id; null when it is gone or open again.</summary>
    public static async Task<TaskCompleted?> FindAsync(NpgsqlTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Find, transaction.Connection, transaction) { Parameters = { new() { Value = id } } };
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            return null;
        }

        var task = new TaskSnapshot(
            row.GetInt64(0),
            row.GetString(1),
            row.GetString(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.GetString(4),
            true,
            Time(row, 5),
            Time(row, 6),
            row.IsDBNull(7) ? null : row.GetString(7),
            row.IsDBNull(8) ? null : row.GetGuid(8),
            Time(row, 9),
            Time(row, 10),
            row.GetInt64(11),
            row.GetFieldValue<DateTimeOffset>(12),
            row.GetFieldValue<DateTimeOffset>(13));
        return new TaskCompleted(task, row.GetString(14));
    }

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
