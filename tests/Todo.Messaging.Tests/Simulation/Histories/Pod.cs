using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Todo.Messaging.Consuming;
using Todo.Messaging.Hosting;
using Todo.Messaging.Ledger;
using Todo.Messaging.Management;
using Todo.Messaging.Publishing;
using Todo.Messaging.Schema;
using Todo.Messaging.Tests.Simulation.Client;
using Todo.Messaging.Transports;
using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Messaging.Tests.Simulation.Histories;

/// <summary>One replica of a service: the product's own parts, in a process that can be killed at any turn.</summary>
internal sealed class Pod
{
    private static readonly ConcurrentDictionary<(string AppId, string Component), ServiceOptions> Settings = new();

    // Protected, and what a host calls.
    private static readonly Func<BackgroundService, CancellationToken, Task> Execute = typeof(BackgroundService)
        .GetMethod("ExecuteAsync", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
        .CreateDelegate<Func<BackgroundService, CancellationToken, Task>>();

    private readonly SimulatedWorld _world;
    private readonly List<Action> _calls = [];
    private readonly List<BackgroundService> _background;
    private readonly Action _started;

    public Pod(SimulatedWorld world, string name, string appId, string component, Random dice)
    {
        _world = world;
        Options = Settings.GetOrAdd((appId, component), x => Read(x.AppId, x.Component));
        Process = new(name, world.Loop, world.Clock);
        Database = new(world.Server, Process);
        var (time, state) = (Process.Time, new ServiceState());
        _started = state.SetStarted;
        var (signal, probeSignal) = (new RelaySignal(time), new ProbeSignal(time));
        var transports = new TransportSet(x => world.Broker.Transport(x, time));
        var replayer = new Replayer(Database, Options);
        Notifications = new(Options, state, Database, signal, probeSignal, time, NullLogger<RelayNotifications>.Instance);
        Outbox = new(Options, signal, Notifications);
        Epoch = new(Database);
        Ledger = new(Database);
        Counters = new(Database, state, time, NullLogger<LedgerCounters>.Instance);
        var inbox = new Inbox(Options);
        var deadLetters = new DeadLetters(Options, Database, inbox, Outbox, NullLogger<DeadLetters>.Instance);
        Dispatcher = new(
            Options, Database, inbox, deadLetters, Counters, Outbox, [new(SimulatedWorld.Topic, typeof(IEventHandler))], new OneHandler(new EffectHandler(world, this, dice)), time,
            NullLogger<Dispatcher>.Instance);
        _background =
        [
            Counters,
            new EventRelay(Options, state, Database.Connect, transports, signal, Notifications, replayer, time, NullLogger<EventRelay>.Instance),
            new ProbeRelay(Options, state, Database.Connect, transports, probeSignal, replayer, time, NullLogger<ProbeRelay>.Instance),
        ];
    }

    public ServiceOptions Options { get; }

    public SimulatedProcess Process { get; }

    public SimulatedDataSource Database { get; }

    public Outbox Outbox { get; }

    public Dispatcher Dispatcher { get; }

    public LedgerReader Ledger { get; }

    public LedgerCounters Counters { get; }

    public Epoch Epoch { get; }

    public RelayNotifications Notifications { get; }

    /// <summary>Registers the subscription, as a service does before anything else, then starts what runs in the background.</summary>
    public void Start(bool consumes) => Process.Run(() => _ = _world.WatchAsync(async () =>
    {
        while (consumes)
        {
            try
            {
                await using var command = Database.Statement(Startup.SubscribeSql, SimulatedWorld.Topic, Options.AppId);
                await command.ExecuteNonQueryAsync();
                break;
            }
            catch (Npgsql.NpgsqlException)
            {
                // The process would end, and be started again.
            }
        }

        _started();
        await Task.WhenAll(_background.Select(x => Execute(x, CancellationToken.None)));
    }));

    /// <summary>A request to this pod.</summary>
    /// <returns>Its answer; default when the pod is killed before it gives one.</returns>
    public Task<T?> CallAsync<T>(Func<Task<T?>> work)
    {
        var answer = new TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Process.IsAlive)
        {
            answer.SetResult(default);
            return answer.Task;
        }

        void Lost() => answer.TrySetResult(default);
        _calls.Add(Lost);
        Process.Run(() => _ = _world.WatchAsync(async () =>
        {
            var result = await work();
            _calls.Remove(Lost);
            answer.TrySetResult(result);
        }));
        return answer.Task;
    }

    public void Kill()
    {
        Process.Kill();
        _world.Server.ClientDied(Process);
        _calls.ForEach(x => x());
        _calls.Clear();
    }

    private static ServiceOptions Read(string appId, string component)
    {
        var settings = new Dictionary<string, string>
        {
            ["MANAGEMENT_TOKEN"] = "token",
            ["DATABASE_URL"] = "Host=simulated;Database=simulated",
            ["KAFKA_BOOTSTRAP_SERVERS"] = "simulated:9092",
            ["USE_DAPR"] = "true",
            ["PUBSUB_NAME"] = component,
            ["CONSUME_DIRECT"] = "false",
            ["RECONCILE_AFTER"] = "00:00:01",
        };
        return ServiceOptions.Read(new SettingsReader(settings.GetValueOrDefault), appId, 8000);
    }

    /// <summary>As many scopes as are wanted, with the one handler in each.</summary>
    private sealed class OneHandler(IEventHandler handler) : Microsoft.Extensions.DependencyInjection.IServiceScopeFactory,
        Microsoft.Extensions.DependencyInjection.IServiceScope, IServiceProvider
    {
        public IServiceProvider ServiceProvider => this;

        public Microsoft.Extensions.DependencyInjection.IServiceScope CreateScope() => this;

        public object GetService(Type serviceType) => handler;

        public void Dispose()
        {
        }
    }
}
