using System.Net;
using System.Net.Http.Json;
using Todo.Contracts;
using Todo.Contracts.Payloads;

namespace Todo.Services.Tests.World;

/// <summary>The e-mail delivery service alone, with the mail sink as its server unless the settings name another.</summary>
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
        _sink = await MailSinkClient.StartAsync(Path.Combine(servers.Folder, "mails"));
        await StartAsync(database, _sink.Settings());
    }

    /// <summary>With a mail server that the caller has.</summary>
    public async Task StartAsync(string database, IReadOnlyDictionary<string, string> settings)
    {
        _database = database;
        _service = await ServiceProcess.StartAsync(
            "Todo.EmailDelivery", 8003, servers, _database, new Dictionary<string, string>(settings) { ["CONSUME_DIRECT"] = "false" });
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
    public async Task<Reminder> DueTaskAsync(string title = "Due")
    {
        var user = Guid.NewGuid().ToString("N")[..12];
        var due = new DateTimeOffset(DateTime.UtcNow.Date.AddDays(1), TimeSpan.Zero);
        await QueryAsync<int>("insert into users (id, email) values ($1, $2)", user, $"{user}@users.example");
        var id = await QueryAsync<long>("insert into tasks (user_id, title, due_at) values ($1, $2, $3) returning id", user, title, due);
        return new Reminder(Reminder.KeyOf(id, due), id, user, title, null, "high", due, DateTimeOffset.UtcNow);
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

    /// <summary>Waits until so many attempts at the reminder's mail have failed, and it is still to be sent.</summary>
    /// <returns>The reason of the last one.</returns>
    public async Task<string> FailuresAsync(Reminder reminder, int attempts)
    {
        await Eventually.SeeAsync(
            $"{attempts} failed attempts",
            () => QueryAsync<int>("select attempts from mails where reminder_key = $1 and state = 'Pending'", reminder.Key),
            seen => seen >= attempts);
        return (await QueryAsync<string>("select last_error from mails where reminder_key = $1", reminder.Key))!;
    }

    /// <summary>How often the mail may have been accepted without our knowing.</summary>
    public Task<int> DoubtsAsync(Reminder reminder) => QueryAsync<int>("select doubtful from mails where reminder_key = $1", reminder.Key);

    /// <summary>A look from outside; without pooling, because a connection of before an outage is dead after it.</summary>
    public Task<T?> QueryAsync<T>(string sql, params object[] parameters) => new Database(_database + ";Pooling=false").QueryAsync<T>(sql, parameters);
}
