using System.Net;
using System.Text;
using Todo.Contracts;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Cutover;

/// <summary>The three consumers on one database, without a broker: events come in the way a sidecar delivers them, so that each shape can be tried alone.</summary>
public sealed class Consumers(Servers servers) : IAsyncLifetime
{
    private readonly Dictionary<string, ServiceProcess> _byTopic = [];
    private MailSinkClient? _mails;
    private Database? _database;

    public MailSinkClient Mails => _mails!;

    public OldTasks Tasks => new(_database!);

    public async ValueTask InitializeAsync()
    {
        var connection = await servers.CreateDatabaseAsync();
        _database = new Database(connection);
        _mails = await MailSinkClient.StartAsync(Path.Combine(servers.Folder, "mails"));
        var settings = new Dictionary<string, string>
        {
            ["CONSUME_DIRECT"] = "false",
            ["KAFKA_BOOTSTRAP_SERVERS"] = Addresses.Next(1).ToString(),
            ["SMTP_HOST"] = _mails.Smtp.Host,
            ["SMTP_PORT"] = "1025",
            ["SMTP_STARTTLS"] = "false",
            ["REMINDER_POLL_INTERVAL"] = "01:00:00",
        };
        var started = await Task.WhenAll(
            ServiceProcess.StartAsync("Todo.Notification", 8002, servers, connection, settings),
            ServiceProcess.StartAsync("Todo.EmailDelivery", 8003, servers, connection, settings),
            ServiceProcess.StartAsync("Todo.RecurringTask", 8004, servers, connection, settings));
        (_byTopic[Topics.TaskEvents], _byTopic[Topics.TaskReminders], _byTopic[Topics.TaskRecurrence]) = (started[0], started[1], started[2]);
        // From here on only an event makes the notification service look for due tasks: the next sweep is in an hour.
        await Eventually.SeeAsync("the sweep at start", () => QueryAsync<long>("select count(*) from reminder_cursor"), swept => swept == 1);
    }

    /// <summary>Delivers as a sidecar does: again when the answer is 503, until it is accepted.</summary>
    public Task DeliverAsync(string topic, string body) => Eventually.SeeAsync(
        "the delivery accepted",
        async () =>
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/cloudevents+json");
            using var response = await _byTopic[topic].Http.PostAsync(new Uri($"events/{topic}", UriKind.Relative), content);
            Assert.Contains(response.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable]);
            return response.StatusCode;
        },
        status => status == HttpStatusCode.OK);

    public Task<T?> QueryAsync<T>(string sql, params object[] parameters) => _database!.QueryAsync<T>(sql, parameters);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_byTopic.Values.Select(x => x.DisposeAsync().AsTask()));
        if (_mails is not null)
        {
            await _mails.DisposeAsync();
        }
    }
}
