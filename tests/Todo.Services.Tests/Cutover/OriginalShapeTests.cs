using System.Text.Json;
using Todo.Contracts;
using Todo.Contracts.Tests.Original;
using Todo.Contracts.Tests.Schemas;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Cutover;

/// <summary>Each consumer does what an event of the Python system asks for, in every shape, and once when it comes in all of them.</summary>
public sealed class OriginalShapeTests(Consumers consumers) : IClassFixture<Consumers>
{
    private static readonly Shape[] All = Enum.GetValues<Shape>();

    public static TheoryData<Shape> Shapes() => [.. All];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_completion_creates_the_next_task(Shape shape)
    {
        var (task, _) = await consumers.Tasks.CompletedDailyAsync();

        await consumers.DeliverAsync(Topics.TaskRecurrence, OriginalShapes.Completed(shape, task));

        Assert.Equal(1, await consumers.Tasks.SuccessorsAsync(task));
    }

    [Fact]
    public async Task A_completion_in_every_shape_at_once_creates_one()
    {
        var (task, _) = await consumers.Tasks.CompletedDailyAsync();

        await Task.WhenAll(All.Concat(All).Select(shape => consumers.DeliverAsync(Topics.TaskRecurrence, OriginalShapes.Completed(shape, task))));

        Assert.Equal(1, await consumers.Tasks.SuccessorsAsync(task));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_completion_of_a_task_that_does_not_recur_or_is_gone_is_handled_and_creates_nothing(Shape shape)
    {
        var (task, user) = await consumers.Tasks.CompletedOnceAsync();

        await consumers.DeliverAsync(Topics.TaskRecurrence, OriginalShapes.Completed(shape, task, rule: null));
        await consumers.DeliverAsync(Topics.TaskRecurrence, OriginalShapes.Completed(shape, 900_000_000 + task));

        Assert.Equal(1, await consumers.QueryAsync<long>("select count(*) from tasks where user_id = $1", user));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_reminder_is_mailed(Shape shape)
    {
        var (task, user) = await consumers.Tasks.DueAsync(reminded: true);

        await consumers.DeliverAsync(Topics.TaskReminders, OriginalShapes.Reminder(shape, task, "Call", OldTasks.Soon));

        Assert.Equal("Reminder: Call", Assert.Single(await MailsAsync(user)).Subject);
    }

    [Fact]
    public async Task A_reminder_in_every_shape_at_once_is_one_mail()
    {
        var (task, user) = await consumers.Tasks.DueAsync(reminded: true);

        await Task.WhenAll(All.Concat(All).Select(shape => consumers.DeliverAsync(Topics.TaskReminders, OriginalShapes.Reminder(shape, task, "Call", OldTasks.Soon))));

        Assert.Single(await MailsAsync(user));
        Assert.Equal(1, await consumers.QueryAsync<long>("select count(*) from mails where task_id = $1", task));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_new_or_changed_task_that_is_due_is_reminded_of_once_and_a_deleted_one_is_not(Shape shape)
    {
        var (created, _) = await consumers.Tasks.DueAsync(reminded: false);
        var (updated, _) = await consumers.Tasks.DueAsync(reminded: false);
        var (deleted, _) = await consumers.Tasks.DueAsync(reminded: false);

        await consumers.DeliverAsync(Topics.TaskEvents, OriginalShapes.Created(shape, created));
        await consumers.DeliverAsync(Topics.TaskEvents, OriginalShapes.Updated(shape, updated));
        await consumers.DeliverAsync(Topics.TaskEvents, OriginalShapes.Updated(shape, updated));
        await consumers.DeliverAsync(Topics.TaskEvents, OriginalShapes.Deleted(shape, deleted));

        Assert.Equal((1, 1, 0), (await RemindersAsync(created), await RemindersAsync(updated), await RemindersAsync(deleted)));
    }

    [Fact]
    public async Task One_that_cannot_be_read_is_dead_and_its_letter_is_as_documented()
    {
        await consumers.DeliverAsync(Topics.TaskRecurrence, """{"event_type":"completed","task_data":{"marker":"no task"}}""");

        var letter = JsonSerializer.Deserialize<JsonElement>((await consumers.QueryAsync<string>(
            "select data::text from messaging.outbox where type = $1 and data -> 'event' -> 'task_data' ->> 'marker' = 'no task'", EventTypes.DeadLetter))!);
        Assert.Empty(SchemaCheck.Problems(SchemaCheck.Load(EventTypes.DeadLetter), letter));
        Assert.Equal((AppIds.RecurringTask, Topics.TaskRecurrence), (letter.GetProperty("consumer").GetString(), letter.GetProperty("topic").GetString()));
    }

    private Task<long> RemindersAsync(long task) =>
        consumers.QueryAsync<long>("select count(*) from messaging.outbox where topic = 'task-reminders' and key = $1", $"{task}");

    private Task<List<LocalCluster.MailSink.Mails.Mail>> MailsAsync(string user) =>
        Eventually.SeeAsync("a mail", () => consumers.Mails.MailsToAsync(OldTasks.MailOf(user)), mails => mails.Count > 0);
}
