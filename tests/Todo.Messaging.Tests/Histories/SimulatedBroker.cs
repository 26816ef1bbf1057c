using Todo.Messaging.Publishing;
using Todo.Messaging.Transports;

namespace Todo.Messaging.Tests.Histories;

/// <summary>
/// A broker that does what brokers do on a bad day, as its dice fall: it refuses, keeps and says that it has not, says that it has and forgets, keeps twice,
/// and hands out in any order.
/// </summary>
/// <param name="pause">What passes between two events of a sending; null: others get their turn, and with them whoever cuts connections.</param>
internal sealed class SimulatedBroker(Random dice, Func<TimeProvider, Task>? pause = null)
{
    private readonly Lock _gate = new();
    private readonly List<(OutboxEvent Value, string Via)> _waiting = [];
    private readonly List<OutboxEvent> _received = [];

    /// <summary>Out of a hundred sendings, how many go wrong in one way or another.</summary>
    public int Mischief { get; set; }

    /// <summary>Every sending is refused.</summary>
    public bool IsAway { get; set; }

    /// <summary>What reached the broker, in the order in which it did, repeats and what it then forgot included.</summary>
    public IReadOnlyList<OutboxEvent> Received
    {
        get
        {
            lock (_gate)
            {
                return [.. _received];
            }
        }
    }

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public ITransport Transport(string name, TimeProvider time) => new Line(this, name, time);

    /// <summary>Any of the events that wait.</summary>
    public (OutboxEvent Value, string Via)? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                return null;
            }

            var index = dice.Next(_waiting.Count);
            var taken = _waiting[index];
            _waiting.RemoveAt(index);
            return taken;
        }
    }

    /// <summary>It was not acknowledged: it is handed out again.</summary>
    public void Return((OutboxEvent Value, string Via) taken)
    {
        lock (_gate)
        {
            _waiting.Add(taken);
        }
    }

    public bool Chance(int percent)
    {
        lock (_gate)
        {
            return dice.Next(100) < percent;
        }
    }

    private async Task PauseAsync(TimeProvider time)
    {
        if (pause is null)
        {
            await Task.Yield();
        }
        else
        {
            await pause(time);
        }
    }

    /// <returns>Why it was not acknowledged, or null.</returns>
    private string? Receive(OutboxEvent value, string via)
    {
        lock (_gate)
        {
            if (IsAway)
            {
                return "away";
            }

            var fate = dice.Next(100) < Mischief ? dice.Next(4) : -1;
            if (fate == 0)
            {
                return "refused";
            }

            _received.Add(value);
            var copies = fate switch { 1 => 0, 2 => 2, _ => 1 };
            for (var i = 0; i < copies; i++)
            {
                _waiting.Add((value, via));
            }

            return fate == 3 ? "the acknowledgement was lost" : null;
        }
    }

    /// <summary>As the contract of transports wants it: in order, and nothing of a lane after its first failure.</summary>
    private sealed class Line(SimulatedBroker broker, string name, TimeProvider time) : ITransport
    {
        public string Name => name;

        public ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);

        public async Task<SendResult[]> SendAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
        {
            var failed = new HashSet<short>();
            var results = new SendResult[events.Count];
            for (var i = 0; i < events.Count; i++)
            {
                await broker.PauseAsync(time);
                var error = failed.Contains(events[i].Lane) ? "an earlier event of the lane was not sent" : broker.Receive(events[i], name);
                if (error is not null)
                {
                    failed.Add(events[i].Lane);
                }

                results[i] = new(time.GetTimestamp(), error);
            }

            return results;
        }
    }
}
