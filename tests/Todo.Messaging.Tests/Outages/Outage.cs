using Todo.Messaging.Tests.Delivery.Wires;

namespace Todo.Messaging.Tests.Outages;

/// <summary>How a broker can be away.</summary>
public enum Outage
{
    /// <summary>Its process is gone; nothing listens.</summary>
    Stopped,

    /// <summary>It takes connections and requests and answers nothing.</summary>
    Hanging,

    /// <summary>It closes connections and refuses new ones.</summary>
    Refusing,

    /// <summary>It answers each request late.</summary>
    Slow,
}

internal static class Outages
{
    private const int Stop = 19;
    private const int Continue = 18;

    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    public static async Task BeginAsync(this Platform platform, Outage outage)
    {
        switch (platform.Log, outage)
        {
            case (RedisLog redis, Outage.Stopped):
                await redis.DisposeAsync();
                break;
            case (RedisLog redis, Outage.Hanging):
                redis.Server.Process.Signal(Stop);
                break;
            case (_, Outage.Stopped):
                await platform.World.StopKafkaAsync();
                break;
            case (_, Outage.Hanging):
                platform.World.Kafka!.Faults.Hang();
                break;
            case (_, Outage.Refusing):
                platform.World.Kafka!.Faults.Refuse();
                break;
            case (KafkaLog, Outage.Slow):
                platform.World.Kafka!.Faults.Slow(Delay);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(outage), outage, "Redis is stopped or hangs.");
        }
    }

    public static async Task EndAsync(this Platform platform, Outage outage)
    {
        switch (platform.Log, outage)
        {
            case (RedisLog redis, Outage.Stopped):
                await redis.StartAgainAsync();
                break;
            case (RedisLog redis, _):
                redis.Server.Process.Signal(Continue);
                break;
            case (_, Outage.Stopped):
                await platform.World.StartKafkaAsync();
                break;
            default:
                platform.World.Kafka!.Faults.Resume();
                break;
        }
    }
}
