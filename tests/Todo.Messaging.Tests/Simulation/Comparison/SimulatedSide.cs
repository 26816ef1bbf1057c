using Todo.Messaging.Tests.Simulation.Client;
using Todo.Messaging.Tests.Simulation.Histories;
using Todo.Messaging.Tests.Simulation.Server;
using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Messaging.Tests.Simulation.Comparison;

/// <summary>The simulated database, played step by step. What it is to do it does at once, so that it can say what PostgreSQL will do.</summary>
internal sealed class SimulatedSide
{
    // Longer than anything takes that does not wait for a lock.
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(300);

    private readonly EventLoop _loop = new();
    private readonly VirtualClock _clock = new(SimulatedWorld.Start);
    private readonly SimulatedProcess _process;
    private readonly SimulatedServer _server;
    private readonly Dictionary<int, Task<string>> _running = [];

    public SimulatedSide()
    {
        _process = new("client", _loop, _clock);
        _server = new(_loop, _clock, new(0));
        Side = new(() => new SimulatedConnection(_server, _process), () => _clock.Now);
    }

    public Side Side { get; }

    public Tables Tables => _server.Tables;

    public bool IsBlocked(int session) => _running.ContainsKey(session);

    public int Blocked => _running.Count;

    /// <returns>What came of steps that are done by now, this one's or one's that had waited.</returns>
    public List<(int Session, string Answer)> Play(int number, Step step)
    {
        if (step.Kind == StepKind.Break)
        {
            Do(() => Side.ConnectionAsync(step.Session)).GetAwaiter().GetResult();
            ((SimulatedConnection)Do(() => Side.ConnectionAsync(step.Session)).Result).Session!.Terminate();
            Settle();
            Do(async () =>
            {
                await Side.CloseAsync(step.Session);
                return 0;
            }).GetAwaiter().GetResult();
        }
        else
        {
            _running[step.Session] = Do(() => Side.RunAsync(number, step));
        }

        Settle();
        var done = _running.Where(x => x.Value.IsCompleted).OrderBy(x => x.Key).Select(x => (x.Key, x.Value.Result)).ToList();
        done.ForEach(x => _running.Remove(x.Key));
        return done;
    }

    private Task<T> Do<T>(Func<Task<T>> work)
    {
        Task<T>? task = null;
        _process.Run(() => task = work());
        Settle();
        return task!;
    }

    private void Settle()
    {
        var limit = _clock.Now + Settled;
        do
        {
            while (_loop.Turn())
            {
            }
        }
        while (_clock.Advance(limit));
    }
}
