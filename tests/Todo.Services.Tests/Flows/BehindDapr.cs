using LocalCluster.MailSink.Smtp;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>The lessons that are tests over direct Kafka, behind sidecars: the same tests on another platform, and those whose other form comes by a sidecar's route alone.</summary>
public abstract class BehindDapr(DaprPlatform platform)
{
    [Fact(Explicit = true)]
    public Task Three_notification_replicas_and_ten_due_tasks_are_exactly_ten_mails() => OnPlatformAsync(() => Reminders.Three_notification_replicas_and_ten_due_tasks_are_exactly_ten_mails());

    [Fact(Explicit = true)]
    public Task A_moved_due_date_reminds_again() => OnPlatformAsync(() => Reminders.A_moved_due_date_reminds_again());

    [Fact(Explicit = true)]
    public Task A_task_due_soon_is_mailed_exactly_once() => OnPlatformAsync(() => Reminders.A_task_due_soon_is_mailed_exactly_once());

    [Fact(Explicit = true)]
    public Task Completing_a_daily_task_creates_the_next_occurrence_exactly_once() => OnPlatformAsync(() => Recurrence.Completing_a_daily_task_creates_the_next_occurrence_exactly_once());

    [Fact(Explicit = true)]
    public Task A_series_with_COUNT_3_has_exactly_3_tasks() => OnPlatformAsync(() => Recurrence.A_series_with_COUNT_3_has_exactly_3_tasks());

    [Fact(Explicit = true)]
    public Task A_late_completion_yields_the_next_future_occurrence_of_the_same_weekday_and_time() =>
        OnPlatformAsync(() => Recurrence.A_late_completion_yields_the_next_future_occurrence_of_the_same_weekday_and_time());

    [Fact(Explicit = true)]
    public Task SIGTERM_under_load_ends_within_10_seconds_and_loses_nothing_that_was_answered() =>
        OnPlatformAsync(() => new ShutdownTests(platform).SIGTERM_under_load_ends_within_10_seconds_and_loses_nothing_that_was_answered());

    [Theory(Explicit = true)]
    [InlineData(PodEnd.Together)]
    [InlineData(PodEnd.ServiceFirst)]
    [InlineData(PodEnd.SidecarFirst)]
    public async Task What_a_sidecar_has_given_a_consumer_that_leaves_is_handled_once(PodEnd end)
    {
        await using var own = platform.Anew();
        await own.StartBrokerAsync();
        await ConsumerShutdownTests.SeeSidecarsDeliveriesHandledAsync(own, end);
    }

    [Fact(Explicit = true)]
    public Task A_reminder_is_mailed_at_its_moment_and_not_before() => OnPlatformAsync(() => new SetReminderTests(platform).A_reminder_is_mailed_at_its_moment_and_not_before());

    [Fact(Explicit = true)]
    public Task A_mail_server_that_fails_3_times_gets_the_mail_once() => OnPlatformAsync(async () =>
    {
        await platform.Mails.FailAsync(new Failure("temporary", "data", 3));
        var user = platform.NewUser();
        await user.CreateAsync(new { title = "Call", dueAt = DateTimeOffset.UtcNow.AddMinutes(30) });
        await Eventually.SeeAsync(
            "the mail at the fourth attempt", () => platform.QueryAsync<int>("select attempts from mails where user_id = $1 and state = 'Sent'", user.UserId), attempts => attempts == 4);
        Assert.Single(await platform.Mails.MailsToAsync(user.Email));
    });

    private ReminderTests Reminders => new(platform);

    private RecurrenceTests Recurrence => new(platform);

    private async Task OnPlatformAsync(Func<Task> test)
    {
        await platform.StartedAsync();
        await test();
        // Over the component, every event of it.
        Assert.Equal(0, await platform.QueryAsync<long>("select count(*) from messaging.outbox where sent_via = 'direct-kafka'"));
        Assert.NotEqual(0, await platform.QueryAsync<long>("select count(*) from messaging.outbox where sent_via like 'todo-%'"));
    }
}

public sealed class BehindDaprOnKafkaTests(DaprOnKafkaPlatform platform) : BehindDapr(platform), IClassFixture<DaprOnKafkaPlatform>;

public sealed class BehindDaprOnRedisTests(DaprOnRedisPlatform platform) : BehindDapr(platform), IClassFixture<DaprOnRedisPlatform>;
