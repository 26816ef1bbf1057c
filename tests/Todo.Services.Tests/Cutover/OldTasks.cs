using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Cutover;

/// <summary>Tasks as they are after the data was moved: their numbers are what the old events name.</summary>
public sealed class OldTasks(Database database)
{
    /// <summary>Microseconds, the finest that both systems keep.</summary>
    public static DateTimeOffset Soon { get; } = new(DateTime.UtcNow.Ticks / 10 * 10 + TimeSpan.FromMinutes(30).Ticks, TimeSpan.Zero);

    public static string MailOf(string user) => $"{user}@users.example";

    public async Task<(long Id, string User)> CompletedDailyAsync()
    {
        var user = await UserAsync();
        return (await IdAsync("""
            insert into tasks (user_id, title, completed, completed_at, due_at, recurrence_rule, series_id, series_start, occurrence)
            values ($1, 'Water the plants', true, now(), now() - interval '1 hour', 'FREQ=DAILY', gen_random_uuid(), now() - interval '1 hour', now() - interval '1 hour') returning id
            """, user), user);
    }

    public async Task<(long Id, string User)> CompletedOnceAsync()
    {
        var user = await UserAsync();
        return (await IdAsync("insert into tasks (user_id, title, completed, completed_at) values ($1, 'Once', true, now()) returning id", user), user);
    }

    /// <param name="reminded">Whether the old system has published its reminder.</param>
    public async Task<(long Id, string User)> DueAsync(bool reminded)
    {
        var user = await UserAsync();
        return (await IdAsync("insert into tasks (user_id, title, due_at, reminded_due_at) values ($1, 'Call', $2, case when $3 then $2 end) returning id", user, Soon, reminded), user);
    }

    /// <summary>How many tasks have followed it.</summary>
    public Task<long> SuccessorsAsync(long task) =>
        database.QueryAsync<long>("select count(*) from tasks n join tasks t on t.series_id = n.series_id where t.id = $1 and n.id <> t.id and not n.completed and n.due_at > now()", task);

    private async Task<string> UserAsync()
    {
        var user = Guid.NewGuid().ToString("N")[..12];
        await database.QueryAsync<int>("insert into users (id, email) values ($1, $2)", user, MailOf(user));
        return user;
    }

    private async Task<long> IdAsync(string sql, params object[] parameters) => await database.QueryAsync<long>(sql, parameters);
}
