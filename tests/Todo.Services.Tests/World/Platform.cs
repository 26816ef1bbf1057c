namespace Todo.Services.Tests.World;

/// <summary>All four services on one database, as they run before a migration: direct Kafka.</summary>
public class Platform(Servers servers) : IAsyncLifetime
{
    private readonly List<ServiceProcess> _services = [];
    private readonly List<IAsyncDisposable> _owned = [];
    private MailSinkClient? _mails;
    private ServiceProcess? _backend;

    public string ConnectionString { get; private set; } = "";

    public MailSinkClient Mails => _mails!;

    public ServiceProcess Backend => _backend!;

    /// <summary>One pod of each service.</summary>
    public IReadOnlyList<ServiceProcess> Services => _services;

    protected Servers Servers => servers;

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await servers.CreateDatabaseAsync();
        _mails = await MailSinkClient.StartAsync(Path.Combine(servers.Folder, "mails"));
        var started = await Task.WhenAll(
            StartAsync("Todo.Backend", 8000),
            StartAsync("Todo.Notification", 8002),
            StartAsync("Todo.EmailDelivery", 8003),
            StartAsync("Todo.RecurringTask", 8004));
        _backend = started[0];
        _services.AddRange(started);
    }

    /// <summary>One more pod of a service.</summary>
    public virtual Task<ServiceProcess> StartAsync(string name, int port) => ServiceProcess.StartAsync(name, port, servers, ConnectionString, Settings());

    /// <summary>A database for pods of a test's own.</summary>
    public Task<string> CreateDatabaseAsync() => servers.CreateDatabaseAsync();

    /// <summary>A new user's view of the API, through the platform's backend.</summary>
    public ApiClient NewUser(string? timeZone = null) => new(Backend.Http, Guid.NewGuid().ToString("N")[..12], timeZone);

    /// <summary>A look into the database from outside.</summary>
    public Task<T?> QueryAsync<T>(string sql, params object[] parameters) => new Database(ConnectionString).QueryAsync<T>(sql, parameters);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_services.Select(service => service.DisposeAsync().AsTask()));
        foreach (var part in _owned)
        {
            await part.DisposeAsync();
        }

        if (_mails is not null)
        {
            await _mails.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Ends after the services.</summary>
    protected void Owns(IAsyncDisposable part) => _owned.Add(part);

    protected virtual Dictionary<string, string> Settings() => new(_mails!.Settings()) { ["REMINDER_POLL_INTERVAL"] = "00:00:00.5" };
}

/// <summary>Tests that share one platform; each uses users of its own.</summary>
[CollectionDefinition(nameof(Platform))]
public sealed class PlatformCollection : ICollectionFixture<Platform>;
