using Npgsql;
using Todo.Backend.Rules;
using Todo.Contracts.Payloads;

namespace Todo.Backend.Tasks;

/// <summary>Which tags are on a task. The caller holds the task's row lock.</summary>
internal static class TaskTags
{
    private const string Insert = "insert into task_tags (user_id, task_id, tag_id) select $1, $2, unnest($3) on conflict do nothing";

    // A tag that does not exist is told from one that is not on the task.
    private const string Delete = """
        with gone as (delete from task_tags where user_id = $1 and task_id = $2 and tag_id = any($3) returning tag_id)
        select (select count(*) from gone), (select count(*) from tags where user_id = $1 and id = any($3))
        """;

    /// <returns>How many it did not have before.</returns>
    /// <exception cref="RefusedException">This user has no such tag, or the task would have too many.</exception>
    public static async Task<int> AddAsync(NpgsqlTransaction transaction, TaskSnapshot task, IEnumerable<long> tagIds, CancellationToken cancellationToken)
    {
        long[] ids = [.. tagIds];
        if (ids.Length == 0)
        {
            return 0;
        }

        await using var command = Command(transaction, Insert, task, ids);
        return await DatabaseRules.KeepAsync(() => command.ExecuteNonQueryAsync(cancellationToken));
    }

    /// <returns>How many it had.</returns>
    /// <exception cref="RefusedException">This user has no such tag.</exception>
    public static async Task<int> RemoveAsync(NpgsqlTransaction transaction, TaskSnapshot task, IEnumerable<long> tagIds, CancellationToken cancellationToken)
    {
        long[] ids = [.. tagIds];
        if (ids.Length == 0)
        {
            return 0;
        }

        await using var command = Command(transaction, Delete, task, ids);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return row.GetInt64(1) == ids.Length
            ? (int)row.GetInt64(0)
            : throw new RefusedException(new Refusal(RefusalKind.NoSuchObject, "tagIds", "There is no such tag."));
    }

    private static NpgsqlCommand Command(NpgsqlTransaction transaction, string sql, TaskSnapshot task, long[] tagIds) =>
        new(sql, transaction.Connection, transaction) { Parameters = { new() { Value = task.UserId }, new() { Value = task.Id }, new() { Value = tagIds } } };
}
