using System.Globalization;
using LocalCluster.Dependencies;

namespace LocalCluster.Hosting;

/// <summary>What the platform needs besides Kubernetes: PostgreSQL, Redis, Kafka, a mail server, the scheduler of the sidecars' jobs.</summary>
public sealed class Backends : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _started = [];

    private Backends()
    {
    }

    public PostgreSqlServer PostgreSql { get; private set; } = null!;

    public RedisServer Redis { get; private set; } = null!;

    /// <summary>Null when a real Kafka is used.</summary>
    public Daemon? Kafka { get; private set; }

    public Daemon MailSink { get; private set; } = null!;

    public Daemon Scheduler { get; private set; } = null!;

    /// <summary>Starts one after the other; if one fails, stops those before it.</summary>
    public static async Task<Backends> StartAsync(
        ClusterOptions options, DataFolder data, Checkout checkout, IStepReporter reporter, CancellationToken cancellationToken)
    {
        var backends = new Backends();
        try
        {
            await backends.StartAllAsync(options, data, checkout, reporter, cancellationToken);
            return backends;
        }
        catch
        {
            await backends.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9, unless it is a real one of somebody else.</summary>
    public Task KillKafkaAsync()
    {
        Kafka?.Kill();
        return Task.CompletedTask;
    }

    /// <summary>Starts Kafka again on what its folder has kept.</summary>
    public async Task StartKafkaAgainAsync()
    {
        if (Kafka is { } kafka)
        {
            Kafka = await StartAgainAsync(kafka);
        }
    }

    /// <summary>Starts the jobs' scheduler again on what its folder has kept.</summary>
    public async Task StartSchedulerAgainAsync() => Scheduler = await StartAgainAsync(Scheduler);

    public async ValueTask DisposeAsync()
    {
        foreach (var backend in Enumerable.Reverse(_started))
        {
            await backend.DisposeAsync();
        }

        _started.Clear();
    }

    private async Task StartAllAsync(ClusterOptions options, DataFolder data, Checkout checkout, IStepReporter reporter, CancellationToken cancellationToken)
    {
        var addresses = options.Addresses;
        await reporter.StepAsync("PostgreSQL", async () =>
        {
            PostgreSql = await PostgreSqlServer.StartAsync(addresses.PostgreSql, data.Sub("postgresql"), cancellationToken);
            _started.Add(PostgreSql);
            return addresses.PostgreSql.ToString();
        });
        await reporter.StepAsync("Redis", async () =>
        {
            Redis = await RedisServer.StartAsync(addresses.Redis, data.Sub("redis"), cancellationToken);
            _started.Add(Redis);
            return addresses.Redis.ToString();
        });
        await reporter.StepAsync("Kafka", async () =>
        {
            if (options.KafkaBootstrap is { } real)
            {
                await RealKafka.CheckAsync(real, cancellationToken);
                return $"{real} (KAFKA_BOOTSTRAP)";
            }

            Kafka = await StartAsync(KafkaSpec(addresses, data, checkout), cancellationToken);
            return addresses.Kafka.ToString();
        });
        await reporter.StepAsync("mail sink", async () =>
        {
            MailSink = await StartAsync(MailSinkSpec(addresses, data, checkout), cancellationToken);
            return $"{addresses.Smtp}, http://{addresses.Mails}/mails";
        });
        await reporter.StepAsync("job scheduler", async () =>
        {
            Scheduler = await StartAsync(SchedulerSpec(addresses, data, checkout), cancellationToken);
            return addresses.Scheduler.ToString();
        });
    }

    private static DaemonSpec KafkaSpec(ClusterAddresses addresses, DataFolder data, Checkout checkout) => new()
    {
        Name = "Kafka",
        Program = checkout.Program("tests/LocalCluster/Kafka", "LocalCluster.Kafka"),
        Arguments = ["--listen", addresses.Kafka.ToString(), "--control", addresses.KafkaControl.ToString(), "--data", data.Sub("kafka/log")],
        Folder = data.Sub("kafka"),
        LogFile = LogIn(data, "kafka"),
        Endpoints = [addresses.Kafka, addresses.KafkaControl],
    };

    private static DaemonSpec MailSinkSpec(ClusterAddresses addresses, DataFolder data, Checkout checkout) => new()
    {
        Name = "mail sink",
        Program = checkout.Program("tests/LocalCluster/MailSink", "LocalCluster.MailSink"),
        Arguments = ["--smtp", addresses.Smtp.ToString(), "--http", addresses.Mails.ToString(), "--data", data.Sub("mails/box")],
        Folder = data.Sub("mails"),
        LogFile = LogIn(data, "mails"),
        Endpoints = [addresses.Smtp, addresses.Mails],
    };

    private static DaemonSpec SchedulerSpec(ClusterAddresses addresses, DataFolder data, Checkout checkout) => new()
    {
        Name = "job scheduler",
        Program = checkout.Program("tests/LocalCluster/Sidecar", "LocalCluster.Sidecar"),
        Arguments = ["scheduler", "--listen", addresses.Scheduler.ToString(), "--data", data.Sub("scheduler/jobs")],
        Folder = data.Sub("scheduler"),
        LogFile = LogIn(data, "scheduler"),
        Endpoints = [addresses.Scheduler],
    };

    private static string LogIn(DataFolder data, string name) => Path.Combine(data.Sub(name), string.Create(CultureInfo.InvariantCulture, $"{name}.log"));

    private async Task<Daemon> StartAgainAsync(Daemon daemon)
    {
        await daemon.DisposeAsync();
        _started.Remove(daemon);
        return await StartAsync(daemon.Spec, CancellationToken.None);
    }

    private async Task<Daemon> StartAsync(DaemonSpec spec, CancellationToken cancellationToken)
    {
        var daemon = await Daemon.StartAsync(spec, cancellationToken);
        _started.Add(daemon);
        return daemon;
    }
}
