using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Todo.Backend.Tasks;

/// <summary>
/// The statement of a list. It names only the filters that are asked for, so that each combination has the plan of its own indexes; every value is a parameter.
/// </summary>
internal static class TaskListSql
{
    /// <summary>Selects <see cref="TaskRow.Columns"/> and the sort key, one row more than the limit.</summary>
    public static void Write(NpgsqlCommand command, string userId, TaskListQuery query)
    {
        var sql = new StringBuilder();
        var key = KeyOf(query);
        sql.Append(System.Globalization.CultureInfo.InvariantCulture, $"select {TaskRow.Columns}, {key} from tasks where user_id = {Parameter(userId)}");
        if (query.Completed is { } completed)
        {
            sql.Append(completed ? " and completed" : " and not completed");
        }

        And("priority = ", query.Priority);
        And("category_id = ", query.CategoryId);
        And("due_at < ", query.DueBefore?.ToUniversalTime());
        And("due_at > ", query.DueAfter?.ToUniversalTime());
        if (query.TagIds.Count > 0)
        {
            sql.Append(" and id in (select g.task_id from task_tags g where g.user_id = $1 and g.tag_id = any(").Append(Parameter(query.TagIds.ToArray())).Append("))");
        }

        var (sign, order) = query.IsDescending ? ("<", "desc") : (">", "asc");
        if (query.Sort == TaskSort.CreatedAt)
        {
            // Numbers are given in the order of creation, and have an index: the cost does not depend on how many pages went before.
            And($"id {sign} ", query.After?.Id);
            sql.Append(" order by id ").Append(order);
        }
        else
        {
            if (query.After is { } after)
            {
                sql.Append(" and (").Append(key).Append(", id) ").Append(sign).Append(" (").Append(Parameter(after.Key)).Append(", ").Append(Parameter(after.Id)).Append(')');
            }

            sql.Append(" order by ").Append(key).Append(' ').Append(order).Append(", id ").Append(order);
        }

        sql.Append(" limit ").Append(Parameter(query.Limit + 1));
        command.CommandText = sql.ToString();

        void And(string condition, object? value)
        {
            if (value is not null)
            {
                sql.Append(" and ").Append(condition).Append(Parameter(value));
            }
        }

        string Parameter(object value)
        {
            command.Parameters.Add(value is DateTimeOffset ? new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = value } : new NpgsqlParameter { Value = value });
            return $"${command.Parameters.Count}";
        }
    }

    /// <summary>A number to sort by; tasks without a date come last in either direction.</summary>
    private static string KeyOf(TaskListQuery query) => query.Sort switch
    {
        TaskSort.CreatedAt => "id",
        TaskSort.UpdatedAt => "(extract(epoch from updated_at) * 1000000)::bigint",
        TaskSort.DueAt => $"coalesce((extract(epoch from due_at) * 1000000)::bigint, {(query.IsDescending ? "-" : "")}9223372036854775807)",
        _ => "array_position(array['low', 'medium', 'high', 'urgent'], priority)::bigint",
    };
}
