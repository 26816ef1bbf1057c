using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Todo.Operator.Tests.Simulation.Time;

namespace Kubernetes.Operator.Tests.Simulation;

/// <summary>A world, two processes of the operator, and what happens to them, on a clock that passes only when nothing else can happen.</summary>
internal sealed class SimulatedRun
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly EventLoop _loop = new();
    private readonly VirtualClock _clock = new(Start);
    private readonly List<WishOperator> _processes = [];
    private int _started;

    public SimulatedRun()
    {
        World = new World(_clock);
        AddProcess();
        AddProcess();
    }

    public World World { get; }

    public IReadOnlyList<WishOperator> Alive => [.. _processes.Where(static p => p.Process.IsAlive)];

    public WishOperator? Leader => Alive.FirstOrDefault(static p => p.IsLeader);

    public void Pass(TimeSpan time)
    {
        var limit = _clock.Now + time;
        do
        {
            while (_loop.Turn() || Alive.Any(static p => p.Work()))
            {
            }

            // Whatever ended is started again, as a Deployment does.
            while (Alive.Count < 2)
            {
                AddProcess();
            }
        }
        while (_clock.Advance(limit));
    }

    public void Do(Disturbance step)
    {
        var name = $"w{step.Which}";
        var wire = Alive[step.Which % Alive.Count].Wire;
        switch (step.Kind)
        {
            case Kind.Wish:
                Put(new V1Wish { Metadata = Meta(name), Spec = new SimulatedSpec { Value = step.Amount } });
                break;
            case Kind.Withdraw:
                World.Delete<V1Wish>(name);
                break;
            case Kind.Meddle when World.Find<V1Deed>(name) is { } deed:
                World.Replace(deed with { Spec = new SimulatedSpec { Value = step.Amount } });
                break;
            case Kind.Undo:
                World.Delete<V1Deed>(name);
                break;
            case Kind.Pause:
                Pass(TimeSpan.FromSeconds(step.Amount * step.Amount));
                break;
            case Kind.Forget:
                World.Compact();
                break;
            case Kind.FreezeLeader when Leader is { } leader:
                leader.Process.Freeze();
                _clock.After(TimeSpan.FromSeconds(step.Amount * 5), leader.Process.Thaw);
                break;
            case Kind.KillLeader:
                Leader?.Process.Kill();
                break;
            case Kind.Conflicts:
                wire.Refuse(step.Amount, World.Refusal(409, "Conflict"));
                break;
            case Kind.TooMany:
                wire.Refuse(step.Amount, World.Refusal(429, "TooManyRequests", TimeSpan.FromSeconds(step.Amount)));
                break;
            case Kind.ServerErrors:
                wire.Refuse(step.Amount, World.Refusal(500, "InternalError"));
                break;
            case Kind.LoseAnswers:
                wire.LoseAnswers(step.Amount);
                break;
            case Kind.SlowAnswers:
                wire.SlowAnswers(TimeSpan.FromSeconds(step.Amount));
                break;
            default:
                foreach (var stream in wire.Open)
                {
                    Disturb(stream, step);
                }

                break;
        }

        Pass(TimeSpan.FromMilliseconds(step.Amount));
    }

    private void Disturb(WireStream stream, Disturbance step)
    {
        switch (step.Kind)
        {
            case Kind.CutStreams:
                stream.Close(new KubernetesException(KubernetesError.Unreachable, "cut"));
                break;
            case Kind.EndStreams:
                stream.Close(null);
                break;
            case Kind.SilenceStreams:
                stream.IsSilent = true;
                break;
            case Kind.ExpireStreams:
                stream.Close(World.Refusal(410, "Expired"));
                break;
            case Kind.StallStreams:
                stream.StalledUntil = _clock.Now + TimeSpan.FromSeconds(step.Amount);
                break;
            case Kind.RepeatEvent:
                stream.RepeatsNext = true;
                break;
            case Kind.SwapEvents:
                stream.SwapNext();
                break;
        }
    }

    private static V1ObjectMeta Meta(string name) => new() { Name = name, NamespaceProperty = "default" };

    private void Put(V1Wish wish)
    {
        if (World.Find<V1Wish>(wish.Name()) is null)
        {
            World.Create(wish);
        }
        else
        {
            World.Replace(wish);
        }
    }

    private void AddProcess()
    {
        var process = new SimulatedProcess($"p{++_started}", _loop, _clock);
        var added = new WishOperator(process, new Wire(process, World, _clock));
        _processes.Add(added);
        added.Start();
    }
}
