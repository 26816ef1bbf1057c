using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Todo.Contracts.Payloads;
using Todo.Messaging.Hosting;

namespace Todo.EmailDelivery.Queue;

/// <summary>The mails table as a queue: Pending, Sending under a lease, then Sent, Skipped, Dead, or Doubtful. Every way on asks for the lease.</summary>
internal sealed class MailQueue(NpgsqlDataSource database, QueueOptions options, ServiceOptions service)
{
    private const string Insert = """
        insert into mails (reminder_key, task_id, user_id, due_at, reminder, message_id, traceparent) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (reminder_key) do update
          set state = 'Pending', reminder = excluded.reminder, traceparent = excluded.traceparent, attempts = 0, last_error = null,
            created_at = excluded.created_at, next_attempt_at = excluded.next_attempt_at
          where mails.state = 'Skipped'
        """;

    private const string Take = """
        with next as (
          select id from mails where state = 'Pending' and next_attempt_at <= statement_timestamp() order by next_attempt_at limit $1 for update skip locked)
        update mails m set state = 'Sending', attempts = attempts + 1, lease_until = clock_timestamp() + $2, lease_owner = $3
        from next where m.id = next.id
        returning m.id, m.reminder, m.message_id, m.attempts, clock_timestamp() - m.created_at, m.traceparent,
          exists (select from users u where u.id = m.user_id),
          (select u.email from users u where u.id = m.user_id),
          coalesce((select u.time_zone from users u where u.id = m.user_id), 'UTC'),
          coalesce((
            select case
                when t.completed then 'Completed'
                when m.reminder ->> 'reminderId' is null and t.due_at is distinct from m.due_at then 'Moved'
                when m.reminder ->> 'reminderId' is not null and not exists (
                  select from reminders r
                  where r.id = (m.reminder ->> 'reminderId')::bigint and r.task_id = t.id and r.remind_at = (m.reminder ->> 'remindAt')::timestamptz) then 'Moved'
                else 'Due' end
            from tasks t where t.id = m.task_id and t.user_id = m.user_id), 'Deleted')
        """;

    private const string End = """
        update mails set state = $3, last_error = $4, lease_until = null, lease_owner = null, doubtful = doubtful + $5,
          sent_at = case when $3 = 'Sent' then clock_timestamp() end, next_attempt_at = clock_timestamp() + $6
        where id = $1 and state = 'Sending' and lease_owner = $2
        """;

    private const string Expire = """
        update mails set state = $1, lease_until = null, lease_owner = null, doubtful = doubtful + 1,
          next_attempt_at = clock_timestamp(), last_error = 'the worker was lost while sending'
        where id in (select id from mails where state = 'Sending' and lease_until < statement_timestamp() for update skip locked)
        """;

    private readonly string _owner = $"{service.PodName}/{Guid.NewGuid():N}";

    /// <summary>
    /// Adds the mail of a reminder. The second time it does nothing, unless the mail was withheld: whoever reminds again finds the task as it should be by now.
    /// </summary>
    /// <returns>Whether there is something to send.</returns>
    public static async Task<bool> AddAsync(NpgsqlTransaction transaction, Reminder reminder, string messageId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Insert, transaction.Connection, transaction)
        {
            Parameters =
            {
                new() { Value = reminder.Key },
                new() { Value = reminder.TaskId },
                new() { Value = reminder.UserId },
                new() { Value = reminder.DueAt.ToUniversalTime() },
                new() { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = JsonSerializer.Serialize(reminder, PayloadJson.Default.Reminder) },
                new() { Value = messageId },
                new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)Activity.Current?.Id ?? DBNull.Value },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Takes up to so many mails that are due to be sent.</summary>
    public async Task<List<QueuedMail>> TakeAsync(int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Take);
        command.Parameters.Add(new() { Value = limit });
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Interval, Value = options.Lease });
        command.Parameters.Add(new() { Value = _owner });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var mails = new List<QueuedMail>();
        while (await row.ReadAsync(cancellationToken))
        {
            mails.Add(new QueuedMail(
                row.GetInt64(0),
                JsonSerializer.Deserialize(row.GetString(1), PayloadJson.Default.Reminder)!,
                row.GetString(2),
                row.GetInt32(3),
                row.GetTimeSpan(4),
                row.IsDBNull(5) ? null : row.GetString(5),
                row.GetBoolean(6),
                row.IsDBNull(7) ? null : row.GetString(7),
                row.GetString(8),
                Enum.Parse<TaskNow>(row.GetString(9))));
        }

        return mails;
    }

    /// <summary>Writes down what became of a mail. Without the lease (it ran out) nothing is written: somebody else decides.</summary>
    public async Task EndAsync(long id, MailOutcome outcome, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(End);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = _owner });
        command.Parameters.Add(new() { Value = outcome.State.ToString() });
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)outcome.Reason ?? DBNull.Value });
        command.Parameters.Add(new() { Value = outcome.IsDoubtful ? 1 : 0 });
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Interval, Value = outcome.RetryAfter });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Frees the mails of workers that were lost while sending.</summary>
    /// <returns>How many: each may reach its reader twice.</returns>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Expire);
        command.Parameters.Add(new() { Value = (options.HoldDoubtful ? MailState.Doubtful : MailState.Pending).ToString() });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
