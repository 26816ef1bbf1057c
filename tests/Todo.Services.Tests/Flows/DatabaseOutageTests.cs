using System.Net;
using LocalCluster.Dependencies;
using LocalCluster.MailSink.Smtp;
using Todo.Contracts.Payloads;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>The database is stopped while there are mails to send and reminders arrive.</summary>
public sealed class DatabaseOutageTests(Servers servers)
{
    [Fact]
    public async Task A_database_that_is_away_delays_mails_and_none_is_lost_or_doubled()
    {
        var (endpoint, folder) = (Addresses.Next(5432), Path.Combine(servers.Folder, "postgres-of-its-own"));
        var database = await PostgreSqlServer.StartAsync(endpoint, folder, CancellationToken.None);
        await using var mail = new MailDelivery(servers);
        try
        {
            await mail.StartAsync(database.ConnectionString("postgres"));
            var (queued, arriving, arrivingId) = (await mail.DueTaskAsync(), await mail.DueTaskAsync(), Guid.CreateVersion7());
            await mail.Sink.FailAsync(new Failure("temporary", "data"));
            await mail.DeliverAsync(queued);
            await Eventually.SeeAsync(
                "a failed attempt", () => mail.QueryAsync<string>("select last_error from mails where reminder_key = $1", queued.Key), error => error is not null);

            await database.DisposeAsync();
            await Eventually.SeeAsync("the database missed", () => mail.Service.ReadinessAsync(), text => text.Contains("[-] database", StringComparison.Ordinal));
            await mail.Sink.FailAsync(new Failure());
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await mail.OfferAsync(arriving, arrivingId));
            database = await PostgreSqlServer.StartAsync(endpoint, folder, CancellationToken.None);
            await Eventually.SeeAsync("the reminder accepted", () => mail.OfferAsync(arriving, arrivingId), status => status == HttpStatusCode.OK);

            foreach (var reminder in (Reminder[])[queued, arriving])
            {
                await mail.StateAsync(reminder, "Sent");
                Assert.Single(await mail.Sink.MailsToAsync(MailDelivery.AddressOf(reminder)));
            }
        }
        finally
        {
            await database.DisposeAsync();
        }
    }
}
