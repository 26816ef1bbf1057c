using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Todo.Contracts.CloudEvents;
using Todo.Messaging.Consuming;

namespace Todo.Messaging.Tests.Consuming;

public sealed class EventReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Whatever_arrives_becomes_an_event_with_an_id_that_its_bytes_decide()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var first = EventReader.Read("t", bytes, null, Now, "v");
            return first.Event.Id == EventReader.Read("t", bytes, "other key", Now.AddDays(1), "w").Event.Id;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        var text = ArbMap.Default.GeneratorFor<NonEmptyString>().Select(x => Clean(x.Get)).Where(x => x.Length > 0);
        var cases = text.SelectMany(type => text.SelectMany(key => ArbMap.Default.GeneratorFor<Guid>().Select(id => (Type: type, Key: key, Id: id))));
        Prop.ForAll(cases.ToArbitrary(), x =>
        {
            var bytes = CloudEventJson.Write(x.Id.ToString(), "backend", x.Type, "s", Now, x.Key, 3, "00-trace", """{"a":1}"""u8);
            var read = EventReader.Read("t", bytes, null, Now.AddHours(1), "v");
            return read.Problem is null && read.Event.Id == x.Id && read.Event.Type == x.Type && read.Event.Key == x.Key && read.Event.Version == 3
                && read.Event.Time == Now && read.Event.TraceParent == "00-trace" && read.Event.Data.GetRawText() == """{"a":1}""";
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Foreign_cloud_events_are_identified_by_source_and_id()
    {
        var read = Read("""{"specversion":"1.0","id":"17","source":"shop","type":"sold","data":5,"pubsubname":"todo-kafka"}""");

        Assert.Equal(NameBasedId.OfCloudEvent("shop", "17"), read.Event.Id);
        Assert.Equal("todo-kafka", read.Event.Via);
        Assert.Equal(5, read.Id5().Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("\"text\"")]
    [InlineData("""{"specversion":"1.0","type":"x","id":"\ud800","source":"s"}""")]
    [InlineData("""{"event_type":"\ud800"}""")]
    public void Junk_is_a_problem_with_a_reason(string body) => Assert.NotNull(Read(body).Problem);

    [Fact]
    public void The_originals_events_keep_their_type_key_and_time()
    {
        var read = Read("""{"event_type":"completed","task_id":12,"timestamp":"","task_data":{}}""");

        Assert.Null(read.Problem);
        Assert.Equal(("completed", "12", Now), (read.Event.Type, read.Event.Key, read.Event.Time));
    }

    private static Arrival Read(string body) => EventReader.Read("t", Encoding.UTF8.GetBytes(body), null, Now, null);

    private static string Clean(string text) => new([.. text.Where(x => x != '\0' && !char.IsSurrogate(x))]);
}

file static class ArrivalExtensions
{
    public static (int Version, int Variant) Id5(this Arrival value) => (value.Event.Id.Version, value.Event.Id.Variant);
}
