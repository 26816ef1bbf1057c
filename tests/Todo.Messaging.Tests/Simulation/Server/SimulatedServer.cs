using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Messaging.Tests.Simulation.Server;

internal delegate ValueTask<Answer> Statement(Work work, object?[] values);

/// <summary>
/// A database server that knows the statements of the messaging layer and no others. What it knows of PostgreSQL is what <c>Comparison</c> compares with PostgreSQL itself.
/// </summary>
internal sealed class SimulatedServer
{
    private readonly SimulatedProcess _process;
    private readonly VirtualClock _clock;
    private readonly Random _dice;
    private readonly List<Session> _sessions = [];
    private readonly Dictionary<(int, int), (Session Holder, int Times)> _sessionLocks = [];
    private readonly Dictionary<string, Statement> _statements;
    private int _opened;

    public SimulatedServer(EventLoop loop, VirtualClock clock, Random dice)
    {
        (_clock, _dice) = (clock, dice);
        _process = new("database", loop, clock);
        _statements = LedgerStatements.Of(this);
    }

    public Tables Tables { get; } = new();

    /// <summary>clock_timestamp().</summary>
    public DateTimeOffset Now => _clock.Now;

    public Func<Session, IReadOnlyList<Request>, Fate> FateOf { get; set; } = (_, _) => Fate.None;

    public Action<string> Trace { get; set; } = _ => { };

    /// <summary>Called when statements were executed, before their answer goes back.</summary>
    public Action<IReadOnlyList<Request>> Ran { get; set; } = _ => { };

    /// <summary>The first statement that it was asked and does not know.</summary>
    public string? Unknown { get; private set; }

    public IReadOnlyList<Session> Sessions => _sessions;

    public Session Open(SimulatedProcess owner)
    {
        var session = new Session(this, owner, ++_opened);
        _sessions.Add(session);
        return session;
    }

    /// <summary>A process was killed: its sockets close, which the server hears in a moment, or, when its machine died, much later.</summary>
    public void ClientDied(SimulatedProcess process)
    {
        foreach (var session in _sessions.Where(x => x.Owner == process))
        {
            session.Close(NoticeAfter());
        }
    }

    /// <summary>Mostly quick, and now and then slow enough for others to overtake.</summary>
    public TimeSpan Latency() => TimeSpan.FromMicroseconds(_dice.Next(40) == 0 ? _dice.Next(1, 40_000) : _dice.Next(50, 800));

    public TimeSpan NoticeAfter() => TimeSpan.FromMicroseconds(_dice.Next(3) == 0 ? _dice.Next(1, 3_000_000) : _dice.Next(1, 2_000));

    public void After(TimeSpan delay, Action action) => _clock.After(delay, action);

    public void Run(Action action) => _process.Run(action);

    public Statement StatementOf(string sql)
    {
        if (_statements.TryGetValue(sql, out var statement))
        {
            return statement;
        }

        Unknown ??= sql;
        throw new NotSupportedException($"The simulated database does not know\n{sql}");
    }

    public static string Describe(IReadOnlyList<Request> requests) => string.Join("; ", requests.Select(x => LedgerStatements.NameOf(x.Sql)));

    public void Forget(Session session)
    {
        _sessions.Remove(session);
        foreach (var (key, _) in _sessionLocks.Where(x => x.Value.Holder == session).ToList())
        {
            _sessionLocks.Remove(key);
        }
    }

    /// <summary>pg_try_advisory_lock: who takes it twice has to let it go twice.</summary>
    public bool TryLock(Session session, int space, int key)
    {
        var (holder, times) = _sessionLocks.GetValueOrDefault((space, key), (session, 0));
        if (holder == session)
        {
            _sessionLocks[(space, key)] = (session, times + 1);
        }

        return holder == session;
    }

    public bool Unlock(Session session, int space, int key)
    {
        if (!_sessionLocks.TryGetValue((space, key), out var held) || held.Holder != session)
        {
            return false;
        }

        if (held.Times > 1)
        {
            _sessionLocks[(space, key)] = (session, held.Times - 1);
        }
        else
        {
            _sessionLocks.Remove((space, key));
        }

        return true;
    }

    /// <summary>A UUIDv7 of now: those of the same millisecond are in any order.</summary>
    public Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _dice.NextBytes(bytes);
        var milliseconds = Now.ToUnixTimeMilliseconds();
        for (var i = 0; i < 6; i++)
        {
            bytes[i] = (byte)(milliseconds >> (40 - i * 8));
        }

        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new(bytes, bigEndian: true);
    }
}
