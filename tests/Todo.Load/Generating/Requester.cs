using Todo.Load.Journaling;

namespace Todo.Load.Generating;

/// <summary>Carries out one request: decides its content, sends it, and writes down how it ended.</summary>
internal sealed class Requester(LoadOptions options, BackendClient backend, Journal journal, TimeProvider time)
{
    private static readonly string[] Priorities = ["low", "medium", "high", "urgent"];

    /// <summary>Due moments of all but due-soon tasks: far outside any reminder window.</summary>
    private static readonly TimeSpan Far = TimeSpan.FromDays(3);

    private static readonly TimeSpan RepeatPause = TimeSpan.FromMilliseconds(250);

    private readonly TaskPool _pool = new(Random.Shared);
    private readonly IReadOnlyList<User> _users =
        [.. Enumerable.Range(1, options.Users).Select(i => new User($"load-{options.Run}-{i}", $"load-{options.Run}-{i}@example.test"))];

    private long _number;

    /// <summary>One request of the mix. When this returns, its line is in the journal.</summary>
    /// <param name="started">Timestamp of the clock from which its time counts.</param>
    public Task<JournalEntry> RequestAsync(long started)
    {
        var choice = Choice.Of(options.Mix, Random.Shared.NextDouble());
        var key = $"{options.Run}-{Interlocked.Increment(ref _number)}";
        return choice.Operation switch
        {
            Operation.Update when _pool.Take(t => t.CanUpdate) is { } task => UpdateAsync(task, key, started),
            Operation.Complete when _pool.Take(t => t.CanComplete) is { } task => CompleteAsync(task, key, started),
            Operation.Delete when _pool.Take(t => t.CanDelete) is { } task => DeleteAsync(task, key, started),
            Operation.List => ListAsync(started),
            Operation.Create => CreateAsync(choice.Kind, key, started),

            // Nothing there to change yet.
            _ => CreateAsync(TaskKind.OneOff, key, started),
        };
    }

    private async Task<JournalEntry> CreateAsync(TaskKind kind, string key, long started)
    {
        var user = AnyUser();
        var ahead = kind == TaskKind.DueSoon ? options.DueSoon : Far + TimeSpan.FromMinutes(Random.Shared.Next(1000));
        var due = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + ahead).ToUnixTimeSeconds());
        var rule = kind switch { TaskKind.Daily => "FREQ=DAILY", TaskKind.Weekly => "FREQ=WEEKLY", _ => null };
        var fields = new TaskFields($"{key} {kind}", AnyPriority(), false, due);
        var question = Question(Operation.Create, user) with { Key = key, Tag = key, Kind = kind, Task = fields };
        var (entry, reply) = await AskAsync(question, started, () => backend.CreateAsync(user, key, new TaskBody(fields.Title, fields.Priority, due, rule)));
        if (entry.Outcome != Outcome.Acknowledged || reply.Task is not { } answered)
        {
            return Finish(entry, null);
        }

        entry = entry with { TaskId = answered.Id, SeriesId = answered.SeriesId, Occurrence = answered.Occurrence };
        return Finish(entry, new KnownTask(user, key, kind, answered.Id, fields));
    }

    private Task<JournalEntry> UpdateAsync(KnownTask task, string key, long started)
    {
        // The title says which update was the last; the tag stays its first word.
        var fields = task.Fields with { Title = $"{task.Tag} {task.Kind} changed by {key}", Priority = AnyPriority() };
        var body = new TaskBody(fields.Title, fields.Priority, null, null);
        return ChangeAsync(Operation.Update, task, task with { Fields = fields }, key, started, () => backend.UpdateAsync(task.User, key, task.Id, body));
    }

    private Task<JournalEntry> CompleteAsync(KnownTask task, string key, long started) => ChangeAsync(
        Operation.Complete, task, task with { Fields = task.Fields with { Completed = true } }, key, started, () => backend.CompleteAsync(task.User, key, task.Id));

    private Task<JournalEntry> DeleteAsync(KnownTask task, string key, long started) =>
        ChangeAsync(Operation.Delete, task, null, key, started, () => backend.DeleteAsync(task.User, key, task.Id));

    private async Task<JournalEntry> ListAsync(long started)
    {
        var user = AnyUser();
        var (entry, _) = await AskAsync(Question(Operation.List, user), started, () => backend.ListAsync(user));
        return Finish(entry, null);
    }

    private async Task<JournalEntry> ChangeAsync(Operation operation, KnownTask before, KnownTask? after, string key, long started, Func<Task<Reply>> send)
    {
        var question = Question(operation, before.User) with { Key = key, Tag = before.Tag, Kind = before.Kind, TaskId = before.Id, Task = after?.Fields };
        var (entry, _) = await AskAsync(question, started, send);
        return Finish(entry, entry.Outcome == Outcome.Acknowledged ? after : entry.IsDoubtful ? null : before);
    }

    /// <summary>Sends a request, and again with the same key as long as nobody can say whether it happened, if the options ask for that.</summary>
    private async Task<(JournalEntry Entry, Reply Reply)> AskAsync(JournalEntry question, long started, Func<Task<Reply>> send)
    {
        while (true)
        {
            var reply = await send();
            var entry = Answered(question, reply, started);
            if (!entry.IsDoubtful || time.GetElapsedTime(started) >= options.RepeatFor)
            {
                return (entry, reply);
            }

            journal.Append(entry with { SentAgain = true });
            await Task.Delay(RepeatPause, time);
        }
    }

    /// <summary>Into the journal first; only then may the next request be about the same task.</summary>
    private JournalEntry Finish(JournalEntry entry, KnownTask? task)
    {
        journal.Append(entry);
        if (task is not null)
        {
            _pool.Put(task);
        }

        return entry;
    }

    private JournalEntry Question(Operation operation, User user) =>
        new() { At = time.GetUtcNow(), Operation = operation, Outcome = Outcome.Failed, User = user.Id, Email = user.Email };

    private JournalEntry Answered(JournalEntry question, Reply reply, long started) => question with
    {
        At = time.GetUtcNow(),
        Outcome = reply.Outcome,
        Status = reply.Status,
        Milliseconds = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 3),
        Error = reply.Error,
    };

    private User AnyUser() => _users[Random.Shared.Next(_users.Count)];

    private static string AnyPriority() => Priorities[Random.Shared.Next(Priorities.Length)];
}
