using System.Globalization;
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

    /// <summary>Newest first, from an index: the cost does not depend on how many pages went before.</summary>
    public async Task<TaskPage> ListAsync(string userId, TaskListQuery query, CancellationToken cancellationToken)
    {
        // A text per filter, so that each has the plan of its own index.
        var filter = query.Completed switch { null => "", true => "and completed", false => "and not completed" };
        await using var command = database.CreateCommand(
            $"select {TaskRow.Columns} from tasks where user_id = $1 and id < $2 {filter} order by id desc limit $3");
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = query.BeforeId });
        command.Parameters.Add(new() { Value = query.Limit + 1 });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<TaskResponse>();
        while (await row.ReadAsync(cancellationToken))
        {
            if (items.Count == query.Limit)
            {
                return new TaskPage(items, items[^1].Id.ToString(CultureInfo.InvariantCulture));
            }

            items.Add(TaskResponse.Of(TaskRow.Read(row)));
        }

        return new TaskPage(items, null);
    }
}

/// <summary>Query of a list.</summary>
/// <param name="Completed">Null: all.</param>
/// <param name="BeforeId">The cursor: ids below this one.</param>
internal sealed record TaskListQuery(bool? Completed, int Limit, long BeforeId)
{
    public const int MaxLimit = 200;
    private const int DefaultLimit = 50;

    /// <param name="errors">By parameter; empty when the query is valid.</param>
    public static TaskListQuery Read(IQueryCollection query, out Dictionary<string, string[]> errors)
    {
        errors = [];
        bool? completed = null;
        switch (query["status"].ToString())
        {
            case "" or "all":
                break;
            case "pending":
                completed = false;
                break;
            case "completed":
                completed = true;
                break;
            default:
                errors["status"] = ["One of all, pending, completed."];
                break;
        }

        var limit = Number(query, "limit", DefaultLimit, 1, MaxLimit, errors);
        var before = Number(query, "cursor", long.MaxValue, 1, long.MaxValue, errors);
        return new TaskListQuery(completed, (int)limit, before);
    }

    private static long Number(IQueryCollection query, string name, long whenAbsent, long min, long max, Dictionary<string, string[]> errors)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
        {
            return whenAbsent;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        errors[name] = [name == "cursor" ? "Give back nextCursor of the page before." : $"A whole number from {min} to {max}."];
        return whenAbsent;
    }
}
