using Npgsql;

namespace Todo.Notification.Jobs;

/// <summary>
/// What was last decided about the job, in the database: all pods agree, and a pod that restarts after a stop does not create it again. The ledger's
/// <c>messaging.jobs</c> is what <c>/internal/transports</c> reports.
/// </summary>
internal sealed class JobState(NpgsqlDataSource database)
{
    public async Task<bool> IsStoppedAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select 1 from messaging.jobs where name = $1 and state = 'stopped'");
        command.Parameters.Add(new() { Value = DaprJobs.Name });
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>Writes the state down.</summary>
    /// <param name="unlessStopped">A stop that came meanwhile stays.</param>
    /// <returns>False when it stayed.</returns>
    public async Task<bool> SetAsync(string state, bool unlessStopped, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            insert into messaging.jobs as j (name, state) values ($1, $2)
            on conflict (name) do update set state = excluded.state, changed_at = clock_timestamp() where not ($3 and j.state = 'stopped')
            """);
        command.Parameters.Add(new() { Value = DaprJobs.Name });
        command.Parameters.Add(new() { Value = state });
        command.Parameters.Add(new() { Value = unlessStopped });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
