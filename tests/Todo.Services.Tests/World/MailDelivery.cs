using System.Net;
using System.Net.Http.Json;
using Todo.Contracts;
using Todo.Contracts.Payloads;

namespace Todo.Services.Tests.World;

/// <summary>The e-mail delivery service alone, with a mail server that can be told to misbehave.</summary>
public sealed class MailDelivery(Servers servers) : IAsyncLifetime
{
    private string _database = "";
    private MailSinkClient? _sink;
    private ServiceProcess? _service;

    public MailSinkClient Sink => _sink!;

    public ServiceProcess Service => _service!;

    public async ValueTask InitializeAsync() => await StartAsync(await servers.CreateDatabaseAsync());

    /// <summary>The same with a database that the caller has.</summary>
    public async Task StartAsync(string database)
    {
        _database = database;
        _sink = await MailSinkClient.StartAsync(Path.Combine(servers.Folder, "mails"));
        _service = await ServiceProcess.StartAsync(
            "Todo.EmailDelivery",
            8003,
            servers,
            _database,
            new Dictionary<string, string> { ["SMTP_HOST"] = _sink.Smtp.Host, ["SMTP_PORT"] = "1025", ["CONSUME_DIRECT"] = "false" });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in (IAsyncDisposable?[])[_service, _sink])
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }
    }

    public static string AddressOf(Reminder reminder) => $"{reminder.UserId}@users.example";

    /// <summary>A new user's open task, and the reminder of it.</summary>
    public async Task<Reminder> DueTaskAsync()
    {
        var user = Guid.NewGuid().ToString("N")[..12];
        var due = new DateTimeOffset(DateTime.UtcNow.Date.AddDays(1), TimeSpan.Zero);
        await QueryAsync<int>("insert into users (id, email) values ($1, $2)", user, $"{user}@users.example");
        var id = await QueryAsync<long>("insert into tasks (user_id, title, due_at) values ($1, 'Due', $2) returning id", user, due);
        return new Reminder(Reminder.KeyOf(id, due), id, user, "Due", null, "high", due, DateTimeOffset.UtcNow);
    }

    /// <summary>Delivers the reminder as a sidecar would, as a new event.</summary>
    public async Task DeliverAsync(Reminder reminder) => Assert.Equal(HttpStatusCode.OK, await OfferAsync(reminder, Guid.CreateVersion7()));

    /// <summary>Delivers it as this event, again and again if need be, and leaves the answer to the caller.</summary>
    public async Task<HttpStatusCode> OfferAsync(Reminder reminder, Guid eventId)
    {
        using var response = await Service.Http.PostAsJsonAsync($"events/{Topics.TaskReminders}", new
        {
            specversion = "1.0",
            id = eventId,
            source = "tests",
            type = EventTypes.ReminderSent,
            time = DateTime.UtcNow,
            datacontenttype = "application/json",
            data = reminder,
        });
        return response.StatusCode;
    }

    /// <summary>Waits for a state of the reminder's mail.</summary>
    public Task<string?> StateAsync(Reminder reminder, string expected) => Eventually.SeeAsync(
        $"state {expected}", () => QueryAsync<string>("select state from mails where reminder_key = $1", reminder.Key), state => state == expected);

    /// <summary>A look from outside; without pooling, because a connection of before an outage is dead after it.</summary>
    public Task<T?> QueryAsync<T>(string sql, params object[] parameters) => new Database(_database + ";Pooling=false").QueryAsync<T>(sql, parameters);
}
