using Npgsql;

namespace Todo.Backend.Reminders;

/// <summary>Reads the reminders of a user's task.</summary>
internal sealed class ReminderQueries(NpgsqlDataSource database)
{
    private const string Owned = "select exists (select from tasks where id = $1 and user_id = $2)";
    private const string Select = $"select {ReminderRow.Columns} from reminders where task_id = $1 and task_id in (select id from tasks where user_id = $2) order by remind_at, id";

    /// <summary>All of them, the next first; null: this user has no such task.</summary>
    public async Task<IReadOnlyList<TaskReminder>?> ListAsync(string userId, long taskId, CancellationToken cancellationToken)
    {
        await using var command = Command(Select, taskId, userId);
        var reminders = new List<TaskReminder>();
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
            {
                reminders.Add(ReminderRow.Read(row));
            }
        }

        if (reminders.Count > 0)
        {
            return reminders;
        }

        await using var owned = Command(Owned, taskId, userId);
        return (bool)(await owned.ExecuteScalarAsync(cancellationToken))! ? reminders : null;
    }

    private NpgsqlCommand Command(string sql, long taskId, string userId)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = taskId });
        command.Parameters.Add(new() { Value = userId });
        return command;
    }
}
