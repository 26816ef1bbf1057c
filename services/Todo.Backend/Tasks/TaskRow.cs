using Npgsql;
using Todo.Contracts.Payloads;

namespace Todo.Backend.Tasks;

/// <summary>Columns of <c>tasks</c> in the order that <see cref="Read"/> expects.</summary>
internal static class TaskRow
{
    public const string Columns = """
        id, user_id, title, description, priority, completed, completed_at, due_at, recurrence_rule, series_id, series_start, occurrence, version, created_at, updated_at,
        category_id, array(select g.tag_id from task_tags g where g.task_id = tasks.id order by g.tag_id)
        """;

    /// <summary>Position of a column selected after <see cref="Columns"/>.</summary>
    public const int Next = 17;

    public static TaskSnapshot Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        row.IsDBNull(3) ? null : row.GetString(3),
        row.GetString(4),
        row.GetBoolean(5),
        Time(row, 6),
        Time(row, 7),
        row.IsDBNull(8) ? null : row.GetString(8),
        row.IsDBNull(9) ? null : row.GetGuid(9),
        Time(row, 10),
        Time(row, 11),
        row.GetInt64(12),
        row.GetFieldValue<DateTimeOffset>(13),
        row.GetFieldValue<DateTimeOffset>(14),
        row.IsDBNull(15) ? null : row.GetInt64(15),
        row.GetFieldValue<long[]>(16));

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
