using Kubernetes.Client.Errors;
using Kubernetes.Client.Requests;
using Todo.Operator.Tests.Simulation.Time;

namespace Kubernetes.Operator.Tests.Simulation;

/// <summary>One open watch: what the server has sent, on its way and arrived. Nothing overtakes unless it is told to.</summary>
internal sealed class WireStream(VirtualClock clock, Type type)
{
    private readonly Queue<WorldChange> _arrived = new();
    private TaskCompletionSource _news = new();
    private DateTimeOffset _lastDue;
    private WorldChange? _heldBack;
    private bool _swapsNext;
    private KubernetesException? _end;

    public bool IsClosed { get; private set; }

    /// <summary>The other end has gone without a word: nothing arrives any more, and nobody says so.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The next event arrives twice.</summary>
    public bool RepeatsNext { get; set; }

    /// <summary>Until then what is sent stands still on the way.</summary>
    public DateTimeOffset StalledUntil { get; set; }

    /// <summary>The next event arrives after the one that follows it.</summary>
    public void SwapNext() => _swapsNext = true;

    public bool Takes(WorldChange change) => change.Object.GetType() == type;

    public void Send(WorldChange change)
    {
        if (IsSilent || IsClosed)
        {
            return;
        }

        if (_swapsNext && _heldBack is null && change.What is WatchEventType.Added or WatchEventType.Modified)
        {
            (_swapsNext, _heldBack) = (false, change);
            clock.After(TimeSpan.FromSeconds(2), LetGo);
            return;
        }

        // A deletion is not overtaken by what came before it: of one object the server keeps the order.
        if (_heldBack is { } earlier && change.What == WatchEventType.Deleted)
        {
            _heldBack = null;
            Plan(earlier);
        }

        Plan(change);
        LetGo();
        if (RepeatsNext)
        {
            RepeatsNext = false;
            Plan(change);
        }
    }

    /// <summary>The last word of the server.</summary>
    public void EndWith(WorldChange last)
    {
        _arrived.Enqueue(last);
        Close(null);
    }

    /// <summary>Ends the stream: what is on its way does not arrive.</summary>
    public void Close(KubernetesException? end)
    {
        if (!IsClosed)
        {
            (IsClosed, _end) = (true, end);
            Tell();
        }
    }

    /// <summary>The next event; null at the regular end.</summary>
    public async Task<WorldChange?> NextAsync(TimeSpan idle, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_arrived.TryDequeue(out var change))
            {
                return change;
            }

            if (IsClosed)
            {
                return _end is null ? null : throw _end;
            }

            try
            {
                await _news.Task.WaitAsync(idle, time, cancellationToken);
            }
            catch (TimeoutException e)
            {
                throw new KubernetesException(KubernetesError.Timeout, "silence", e);
            }
        }
    }

    private void LetGo()
    {
        if (_heldBack is { } held)
        {
            _heldBack = null;
            Plan(held);
        }
    }

    private void Plan(WorldChange change)
    {
        var due = clock.Now + TimeSpan.FromMilliseconds(1);
        due = due < StalledUntil ? StalledUntil : due;
        _lastDue = due < _lastDue ? _lastDue : due;
        clock.After(_lastDue - clock.Now, () =>
        {
            if (!IsClosed && !IsSilent)
            {
                _arrived.Enqueue(change);
                Tell();
            }
        });
    }

    private void Tell()
    {
        var news = _news;
        _news = new TaskCompletionSource();
        news.SetResult();
    }
}
