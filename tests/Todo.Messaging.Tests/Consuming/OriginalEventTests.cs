using System.Text;
using System.Text.Json;
using Todo.Contracts;
using Todo.Contracts.Original;
using Todo.Contracts.Payloads;
using Todo.Contracts.Tests.Original;
using Todo.Messaging.Consuming;

namespace Todo.Messaging.Tests.Consuming;

/// <summary>Every shape of the system before this one, and versions of our own types.</summary>
public sealed class OriginalEventTests
{
    private static readonly DateTimeOffset Arrived = new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static TheoryData<Shape> Shapes() => [.. Enum.GetValues<Shape>()];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_kind_of_event_is_read_in_every_shape(Shape shape)
    {
        Assert.Equal(new OriginalEvent(EventTypes.TaskCreated, 42), Read(OriginalShapes.Created(shape, 42)).AsOriginal());
        Assert.Equal(new OriginalEvent(EventTypes.TaskUpdated, 42), Read(OriginalShapes.Updated(shape, 42)).AsOriginal());
        Assert.Equal(new OriginalEvent(EventTypes.TaskCompleted, 42), Read(OriginalShapes.Completed(shape, 42)).AsOriginal());
        Assert.Equal(new OriginalEvent(EventTypes.TaskDeleted, 42), Read(OriginalShapes.Deleted(shape, 42)).AsOriginal());
        Assert.Equal(new OriginalEvent(EventTypes.ReminderSent, 42), Read(OriginalShapes.Reminder(shape, 42, "Call", Arrived)).AsOriginal());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_key_is_the_tasks_id_and_the_time_is_the_events_where_it_has_one(Shape shape)
    {
        var value = Read(OriginalShapes.Completed(shape, 42));

        Assert.Equal("42", value.Key);
        // Dapr mode wrote an empty timestamp: only the envelope, where there is one, knows better than the arrival.
        Assert.Equal(shape == Shape.DaprMode, value.Time == Arrived);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_same_bytes_are_the_same_event_and_others_are_another(Shape shape)
    {
        var body = OriginalShapes.Completed(shape, 42);

        Assert.Equal(Read(body).Id, Read(body).Id);
        Assert.NotEqual(Read(body).Id, Read(OriginalShapes.Completed(shape, 43)).Id);
    }

    [Fact]
    public void Taken_in_as_raw_it_is_the_event_that_it_is_without()
    {
        var plain = OriginalShapes.Completed(Shape.KafkaMode, 42);
        string Raw() => JsonSerializer.Serialize(new
        {
            specversion = "1.0", id = Guid.NewGuid(), source = "s", type = "com.dapr.event.sent", data_base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(plain)),
        });

        Assert.Equal(Read(plain).Id, Read(Raw()).Id);
        Assert.Equal(Read(Raw()).Id, Read(Raw()).Id);
    }

    [Theory]
    [InlineData("""{"event_type":"completed","timestamp":""}""")]
    [InlineData("""{"event_type":"completed","task_id":null}""")]
    [InlineData("""{"event_type":"task.completed","task_id":4.5}""")]
    [InlineData("""{"event_type":"task.completed","task_id":"forty-two"}""")]
    public void One_that_does_not_say_of_which_task_is_poison(string body) => Assert.Throws<PoisonEventException>(() => Read(body).AsOriginal());

    [Theory]
    [InlineData("""{"event_type":"task.archived","task_id":42}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"com.dapr.event.sent","data":{"price":5}}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"io.todo.task.completed.v1","data":{"event_type":"completed","task_id":42}}""")]
    public void What_is_something_else_is_not_taken_for_one(string body) => Assert.Null(Read(body).AsOriginal());

    [Fact]
    public void A_version_that_the_consumer_does_not_know_yet_is_poison_and_another_type_is_nothing()
    {
        Assert.Throws<PoisonEventException>(() => Ours("io.todo.task.completed.v2").As(EventTypes.TaskCompleted, PayloadJson.Default.TaskCompleted));
        Assert.Throws<PoisonEventException>(() => Ours("io.todo.task.completed.v1").As(EventTypes.TaskCompleted, PayloadJson.Default.TaskCompleted));
        Assert.Null(Ours("io.todo.task.completed.v0").As(EventTypes.TaskCompleted, PayloadJson.Default.TaskCompleted));
        Assert.Null(Ours("io.todo.task.deleted.v2").As(EventTypes.TaskCompleted, PayloadJson.Default.TaskCompleted));
    }

    private static IncomingEvent Ours(string type) => Read("""{"specversion":"1.0","id":"1","source":"s","type":"TYPE","data":{}}""".Replace("TYPE", type, StringComparison.Ordinal));

    private static IncomingEvent Read(string body)
    {
        var arrival = EventReader.Read("t", Encoding.UTF8.GetBytes(body), null, Arrived, "v");
        Assert.Null(arrival.Problem);
        return arrival.Event;
    }
}
