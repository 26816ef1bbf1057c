using System.Collections.Immutable;
using Kubernetes.Client.Serialization;
using Todo.Operator.Decisions;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Resource;
using Todo.Operator.Status;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Status;

public sealed class MemoryMapperTests
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero).AddMilliseconds(987);

    /// <summary>Kubernetes' usual times have whole seconds: read back they would be up to a second early, and what is counted from them would be over that much too soon.</summary>
    [Fact]
    public void Times_that_a_shortest_wait_is_counted_from_come_back_to_the_millisecond()
    {
        var json = new KubernetesJson();
        var memory = new MoveMemory
        {
            Epoch = 1,
            Edited = new Edit("backend", Time),
            Drains = ImmutableSortedDictionary<Broker, DrainNote>.Empty.Add(Broker.Redis, new DrainNote { QuietSince = Time, Held = 9, HeldSince = Time }),
            Acknowledged = ImmutableSortedDictionary<RequestKind, Acknowledgement>.Empty.Add(RequestKind.Retry, new Acknowledgement("1", Time, "Trying again.")),
        };
        var status = new TodoPlatformStatus { Move = MemoryMapper.Write(memory), Acknowledged = MemoryMapper.Acknowledged(memory) };
        var back = MemoryMapper.Read(json.FromNode<TodoPlatformStatus>(json.ToNode(status)));
        Assert.Equal((Time, Time, Time, 9), (back.Edited!.At, back.Drains[Broker.Redis].QuietSince, back.Acknowledged[RequestKind.Retry].At, back.Drains[Broker.Redis].Held));
    }
}
