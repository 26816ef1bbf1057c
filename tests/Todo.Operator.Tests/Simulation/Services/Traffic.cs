using Todo.Operator.Tests.Simulation.Nodes;
using Todo.Operator.Tests.Simulation.Time;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Services;

/// <summary>Requests, events and the job, four times a second for as long as it flows. Relays send what is in the outbox; brokers deliver it.</summary>
internal sealed class Traffic
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly VirtualClock _clock;
    private readonly Kubelet _kubelet;
    private readonly Ledger _ledger;
    private readonly Brokers _brokers;
    private readonly IReadOnlyList<AppDefinition> _apps;
    private readonly Random _random;

    public Traffic(VirtualClock clock, Kubelet kubelet, Weather weather, Ledger ledger, Brokers brokers, IReadOnlyList<AppDefinition> apps, Random random)
    {
        (_clock, _kubelet, _ledger, _brokers, _apps, _random) = (clock, kubelet, ledger, brokers, apps, random);
        kubelet.Changed += pod =>
        {
            if (pod is { UseDapr: true, HasSidecar: true, IsReady: true, App.Id: ServiceId.Notification } && !ledger.JobStopped && !weather.SchedulerDown)
            {
                ledger.Job = true;
            }
        };
    }

    /// <summary>Whether new events are made.</summary>
    public bool Flows { get; set; } = true;

    /// <summary>Requests that found no pod.</summary>
    public int Refused { get; private set; }

    /// <summary>Called at each tick.</summary>
    public event Action? Ticked;

    public void Start() => _clock.After(Tick, Run);

    private void Run()
    {
        var (published, handled, failed) = (0, 0, 0);
        foreach (var app in _apps.Where(a => Flows && a.Publishes.Count > 0))
        {
            Work(app);
        }

        _ledger.Reconcile();
        foreach (var record in _ledger.Open.Where(e => e.SentVia is null).ToList())
        {
            published += Send(record) ? 1 : 0;
        }

        _brokers.Deliver(_clock.Now, (record, succeeded) =>
        {
            handled += succeeded && record.ProbeVia is null ? 1 : 0;
            failed += succeeded ? 0 : 1;
        });
        _ledger.Close(_clock.Now, published, handled, failed);
        Ticked?.Invoke();
        if (Flows || _ledger.Open.Count > 0)
        {
            _clock.After(Tick, Run);
        }
    }

    private void Work(AppDefinition app)
    {
        if (!_kubelet.Of(app.Id).Any(p => p.IsReady))
        {
            Refused++;
            return;
        }

        foreach (var topic in app.Publishes)
        {
            _ledger.Write(topic, app.AppId, probeVia: null);
        }
    }

    // Any running pod of the producer may own the lane, one that is about to end too.
    private bool Send(EventRecord record)
    {
        var pods = _kubelet.Pods.Where(p => p.IsRunning && p.App.AppId == record.Producer).ToList();
        if (pods.Count == 0)
        {
            return false;
        }

        var pod = pods[_random.Next(pods.Count)];
        var via = record is { ProbeVia: { } probe, IsReplayed: false } ? probe : pod.PublishesTo;
        if (via != Transport.DirectName && !(pod.HasSidecar && pod.Components.Contains(via)))
        {
            return false;
        }

        record.SentVia = via;
        _brokers.Append(Brokers.Of(via), record);
        return true;
    }
}
