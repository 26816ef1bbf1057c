using Todo.Load.Accounting;
using Todo.Load.Journaling;

namespace Todo.Load.Tests;

/// <summary>A run in which everything went as it must, to be spoilt by a test: a journal, and the world that belongs to it.</summary>
internal sealed class Scene
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private const string Email = "u@example.test";

    public List<JournalEntry> Journal { get; } = [];

    public List<WorldTask> Tasks { get; } = [];

    public List<WorldMail> Mails { get; } = [];

    /// <summary>One task of each kind, created; the one-off updated, the daily and the weekly completed, one more deleted.</summary>
    public static Scene Complete()
    {
        var scene = new Scene();
        var oneOff = scene.Create(1, TaskKind.OneOff);
        scene.Update(oneOff, "changed", "high");
        scene.Create(2, TaskKind.DueSoon);
        scene.CompleteTask(scene.Create(3, TaskKind.Daily), successorId: 13);
        scene.CompleteTask(scene.Create(4, TaskKind.Weekly), successorId: 14);
        scene.Delete(scene.Create(5, TaskKind.OneOff));
        scene.Create(6, TaskKind.Daily);
        return scene;
    }

    public AccountReport Judge() => Comparison.Judge(Journal, new World(Tasks, Mails));

    public WorldTask Row(long id) => Tasks.Single(t => t.Id == id);

    public void Replace(long id, Func<WorldTask, WorldTask> change)
    {
        var index = Tasks.FindIndex(t => t.Id == id);
        Tasks[index] = change(Tasks[index]);
    }

    public WorldTask Create(long id, TaskKind kind, Outcome outcome = Outcome.Acknowledged, int status = 201, bool happens = true)
    {
        var due = Now + (kind == TaskKind.DueSoon ? TimeSpan.FromMinutes(30) : TimeSpan.FromDays(3));
        var series = kind is TaskKind.Daily or TaskKind.Weekly ? new Guid((int)id, 0, 0, new byte[8]) : (Guid?)null;
        var task = new WorldTask(id, "u", new TaskFields($"run-{id} {kind}", "low", false, due), series, series is null ? null : due);
        var acknowledged = outcome == Outcome.Acknowledged;
        Journal.Add(Entry(Operation.Create, task, outcome, status) with { Kind = kind, TaskId = acknowledged ? id : null, SeriesId = acknowledged ? series : null });
        if (happens)
        {
            Tasks.Add(task);
            if (kind == TaskKind.DueSoon)
            {
                Mails.Add(new WorldMail(Comparison.ReminderKey(id, due), [Email]));
            }
        }

        return task;
    }

    public void Update(WorldTask task, string title, string priority, Outcome outcome = Outcome.Acknowledged, int status = 200, bool happens = true)
    {
        var after = task with { Fields = task.Fields with { Title = $"{task.Tag} {title}", Priority = priority } };
        Journal.Add(Entry(Operation.Update, after, outcome, status));
        if (happens)
        {
            Replace(task.Id, _ => after);
        }
    }

    public void CompleteTask(WorldTask task, long successorId, Outcome outcome = Outcome.Acknowledged, int status = 200, bool happens = true)
    {
        var after = task with { Fields = task.Fields with { Completed = true } };
        Journal.Add(Entry(Operation.Complete, after, outcome, status));
        if (happens)
        {
            Replace(task.Id, _ => after);
            var next = task.Occurrence + (task.Fields.Title.EndsWith("Weekly", StringComparison.Ordinal) ? TimeSpan.FromDays(7) : TimeSpan.FromDays(1));
            Tasks.Add(task with { Id = successorId, Occurrence = next, Fields = task.Fields with { DueAt = next } });
        }
    }

    /// <summary>The last request was a repetition of the one before it.</summary>
    public void Repeats() => Journal[^1] = Journal[^1] with { Key = Journal[^2].Key };

    public void Delete(WorldTask task)
    {
        Journal.Add(Entry(Operation.Delete, task, Outcome.Acknowledged, 204) with { Task = null });
        Tasks.RemoveAll(t => t.Id == task.Id);
    }

    private static JournalEntry Entry(Operation operation, WorldTask task, Outcome outcome, int status) => new()
    {
        At = Now,
        Operation = operation,
        Outcome = outcome,
        Status = status,
        User = "u",
        Email = Email,
        Key = Guid.NewGuid().ToString("N"),
        Tag = task.Tag,
        Kind = task.SeriesId is null ? TaskKind.OneOff : TaskKind.Daily,
        TaskId = task.Id,
        Task = task.Fields,
    };
}
