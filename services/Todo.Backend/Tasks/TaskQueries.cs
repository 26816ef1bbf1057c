using Npgsql;
using Todo.Contracts.Payloads;

namespace Todo.Backend.Tasks;

/// <summary>Reads a user's tasks.</summary>
internal sealed class TaskQueries(NpgsqlDataSource database)
{
    private const string Select = $"select {TaskRow.Columns} from tasks where id = $1 and user_id = $2";

    public async Task<TaskSnapshot?> FindAsync(string userId, long id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Select);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = userId });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? TaskRow.Read(row) : null;
    }

    public async Task<TaskPage> ListAsync(string userId, TaskListQuery query, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand();
        TaskListSql.Write(command, userId, query);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<TaskResponse>();
        var last = default(TaskCursor);
        while (await row.ReadAsync(cancellationToken))
        {
            if (items.Count == query.Limit)
            {
                return new TaskPage(items, last.ToString());
            }

            items.Add(TaskResponse.Of(TaskRow.Read(row)));
            last = new TaskCursor(row.GetInt64(TaskRow.Next), items[^1].Id);
        }

        return new TaskPage(items, null);
    }
}
