using Todo.Contracts;
using Todo.Contracts.Tests.Original;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Cutover;

/// <summary>
/// docs/runbook.md with a real backlog: the old consumers are gone in the middle of their topics, a new publisher has written behind them, then the new consumers
/// come, in the old groups.
/// </summary>
public sealed class BacklogTests(Servers servers)
{
    private const string RecurringGroup = "recurring-task-service-group";

    /// <summary>The one that the Python system's Helm chart sets; the default is another.</summary>
    private const string MailGroup = "email-delivery-consumer-group-v2";

    private const string NotificationGroup = "notification-service-group";

    [Fact]
    public async Task What_the_old_consumers_have_not_committed_is_handled_once_and_what_they_have_is_not_handled_again()
    {
        await using var kafka = await OldKafka.StartAsync(servers);
        await using var mails = await MailSinkClient.StartAsync(Path.Combine(servers.Folder, "mails"));
        var connection = await servers.CreateDatabaseAsync();
        var database = new Database(connection);
        var settings = new Dictionary<string, string>
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = $"{kafka.Address}",
            ["SMTP_HOST"] = mails.Smtp.Host,
            ["SMTP_PORT"] = "1025",
            ["SMTP_STARTTLS"] = "false",
            ["REMINDER_POLL_INTERVAL"] = "00:00:00.5",
        };
        // The first new publisher: it brings the schema, and its events will lie behind the old ones.
        await using var backend = await ServiceProcess.StartAsync("Todo.Backend", 8000, servers, connection, settings);
        var tasks = new OldTasks(database);
        var handledByOld = await tasks.CompletedDailyAsync();
        var inBothShapes = await tasks.CompletedDailyAsync();
        var inDaprMode = await tasks.CompletedDailyAsync();
        var repeated = await tasks.CompletedDailyAsync();
        var once = await tasks.CompletedOnceAsync();
        var mailedByOld = await tasks.DueAsync(reminded: true);
        var remindedTwice = await tasks.DueAsync(reminded: true);
        var reminded = await tasks.DueAsync(reminded: true);
        var due = await tasks.DueAsync(reminded: false);

        var sameBytes = OriginalShapes.Completed(Shape.KafkaMode, repeated.Id);
        await kafka.ProduceAsync(
            Topics.TaskRecurrence,
            (handledByOld.Id, OriginalShapes.Completed(Shape.KafkaMode, handledByOld.Id)),
            (handledByOld.Id, OriginalShapes.Completed(Shape.Wrapped, handledByOld.Id)),
            (inBothShapes.Id, OriginalShapes.Completed(Shape.KafkaMode, inBothShapes.Id)),
            (inDaprMode.Id, OriginalShapes.Completed(Shape.Wrapped, inDaprMode.Id)),
            (repeated.Id, sameBytes),
            (once.Id, OriginalShapes.Completed(Shape.Wrapped, once.Id, rule: null)),
            (inBothShapes.Id, OriginalShapes.Completed(Shape.Wrapped, inBothShapes.Id)),
            (repeated.Id, sameBytes),
            (inBothShapes.Id, OriginalShapes.Completed(Shape.DaprMode, inBothShapes.Id)));
        await kafka.ProduceAsync(
            Topics.TaskReminders,
            (mailedByOld.Id, OriginalShapes.Reminder(Shape.KafkaMode, mailedByOld.Id, "Mailed", OldTasks.Soon)),
            (remindedTwice.Id, OriginalShapes.Reminder(Shape.KafkaMode, remindedTwice.Id, "Twice", OldTasks.Soon)),
            (reminded.Id, OriginalShapes.Reminder(Shape.Wrapped, reminded.Id, "Reminded", OldTasks.Soon)),
            (remindedTwice.Id, OriginalShapes.Reminder(Shape.Wrapped, remindedTwice.Id, "Twice", OldTasks.Soon)));
        await kafka.ProduceAsync(
            Topics.TaskEvents,
            (due.Id, OriginalShapes.Created(Shape.KafkaMode, due.Id)),
            (due.Id, OriginalShapes.Updated(Shape.Wrapped, due.Id)),
            (reminded.Id, OriginalShapes.Updated(Shape.KafkaMode, reminded.Id)),
            (900_000, OriginalShapes.Deleted(Shape.Wrapped, 900_000)));
        await kafka.ConsumeAsync(RecurringGroup, Topics.TaskRecurrence, 2);
        await kafka.ConsumeAsync(MailGroup, Topics.TaskReminders, 1);
        var user = new ApiClient(backend.Http, "new-user");
        var newTask = await user.CreateAsync(new { title = "New", dueAt = DateTimeOffset.UtcNow.AddDays(1), recurrenceRule = "FREQ=DAILY" });
        await user.CompleteAsync(newTask.Id);
        await NewOnAsync(Topics.TaskRecurrence);
        Assert.Equal((8, 3), (await kafka.LagAsync(RecurringGroup, Topics.TaskRecurrence, 1), await kafka.LagAsync(MailGroup, Topics.TaskReminders, 1)));

        var notification = ServiceProcess.StartAsync("Todo.Notification", 8002, servers, connection, settings);
        var mail = ServiceProcess.StartAsync("Todo.EmailDelivery", 8003, servers, connection, new Dictionary<string, string>(settings) { ["KAFKA_CONSUMER_GROUP"] = MailGroup });
        var recurring = ServiceProcess.StartAsync("Todo.RecurringTask", 8004, servers, connection, settings);
        await using var first = await notification;
        await using var second = await mail;
        await using var third = await recurring;

        await Eventually.SeeAsync("the new completion's successor", () => tasks.SuccessorsAsync(newTask.Id), count => count == 1);
        await Eventually.SeeAsync("the due task's mail", () => MailsAsync(due.User), count => count == 1);
        await CaughtUpAsync(RecurringGroup, Topics.TaskRecurrence, 1);
        await CaughtUpAsync(NotificationGroup, Topics.TaskEvents, 3);
        await CaughtUpAsync(MailGroup, Topics.TaskReminders, 1);
        await Eventually.SeeAsync("every delivery handled", () => database.QueryAsync<long>("select count(*) from messaging.deliveries where state <> 'handled'"), count => count == 0);
        await Eventually.SeeAsync("every mail ended", () => database.QueryAsync<long>("select count(*) from mails where state in ('Pending', 'Sending')"), count => count == 0);

        Assert.Equal(
            (0, 1, 1, 1, 0),
            (await tasks.SuccessorsAsync(handledByOld.Id), await tasks.SuccessorsAsync(inBothShapes.Id), await tasks.SuccessorsAsync(inDaprMode.Id), await tasks.SuccessorsAsync(repeated.Id), await tasks.SuccessorsAsync(once.Id)));
        Assert.Equal(
            (0, 1, 1, 1),
            (await MailsAsync(mailedByOld.User), await MailsAsync(remindedTwice.User), await MailsAsync(reminded.User), await MailsAsync(due.User)));

        async Task<long> MailsAsync(string name) => (await mails.MailsToAsync(OldTasks.MailOf(name))).Count;

        Task CaughtUpAsync(string group, string topic, int partitions) =>
            Eventually.SeeAsync($"{group} at the end of {topic}", () => kafka.LagAsync(group, topic, partitions), lag => lag == 0);

        // The new publisher's completion lies behind the old ones.
        Task<long> NewOnAsync(string topic) => Eventually.SeeAsync(
            "the new events sent", () => database.QueryAsync<long>("select count(*) filter (where sent_at is not null) from messaging.outbox where topic = $1 having count(*) > 0", topic), count => count == 1);
    }
}
