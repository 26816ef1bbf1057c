using System.Diagnostics;
using Todo.Contracts.Payloads;
using Todo.EmailDelivery.Content;
using Todo.EmailDelivery.Queue;
using Todo.EmailDelivery.Smtp;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Flows;

/// <summary>The e-mail delivery service with Exim: encryption, login, refusals and broken lines as they are in the world.</summary>
public sealed class RealMailServerTests(RealMailServerTests.Fixture world) : IClassFixture<RealMailServerTests.Fixture>
{
    private MailDelivery Mail => world.Mail;

    private Exim Server => world.Server;

    [Fact]
    public async Task A_mail_goes_out_encrypted_after_a_login()
    {
        var reminder = await Mail.DueTaskAsync("Müll rausbringen");
        await Mail.DeliverAsync(reminder);
        await Mail.StateAsync(reminder, "Sent");
        var mail = Assert.Single(Server.MailsTo(MailDelivery.AddressOf(reminder)));
        Assert.Contains("M=C3=BCll rausbringen", mail, StringComparison.Ordinal);
        var accepted = Assert.Single(Server.Log($"for {MailDelivery.AddressOf(reminder)}").DefaultIfEmpty(Server.Log("<= reminders@todo.example")[^1]));
        Assert.Contains("P=esmtpsa", accepted, StringComparison.Ordinal); // s: encrypted, a: logged in
        Assert.Contains($"A=plain:{Exim.User}", accepted, StringComparison.Ordinal);
        Assert.Contains("X=TLS1.", accepted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_for_now_is_tried_again_later_and_later_until_it_is_taken_once()
    {
        Server.Begin(Exim.Fault.Later);
        var reminder = await Mail.DueTaskAsync();
        var watch = Stopwatch.StartNew();
        await Mail.DeliverAsync(reminder);
        var reason = await Mail.FailuresAsync(reminder, 3);
        // After half a second and another one.
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(1.4), $"{watch.Elapsed}");
        Server.End(Exim.Fault.Later);
        await Mail.StateAsync(reminder, "Sent");
        Assert.StartsWith("451 ", reason, StringComparison.Ordinal);
        Assert.Single(Server.MailsTo(MailDelivery.AddressOf(reminder)));
        Assert.Equal(0, await Mail.DoubtsAsync(reminder));
    }

    [Fact]
    public async Task A_refusal_for_good_is_dead_at_once_with_the_servers_words()
    {
        Server.Begin(Exim.Fault.Never);
        var reminder = await Mail.DueTaskAsync();
        await Mail.DeliverAsync(reminder);
        await Mail.StateAsync(reminder, "Dead");
        Server.End(Exim.Fault.Never);
        Assert.StartsWith("550 ", await Mail.QueryAsync<string>("select last_error from mails where reminder_key = $1", reminder.Key), StringComparison.Ordinal);
        Assert.Equal(1, await Mail.QueryAsync<int>("select attempts from mails where reminder_key = $1", reminder.Key));
        Assert.Empty(Server.MailsTo(MailDelivery.AddressOf(reminder)));
    }

    [Fact]
    public async Task A_line_that_breaks_before_the_mail_was_handed_over_leaves_no_doubt()
    {
        Server.Begin(Exim.Fault.DropAtRecipient);
        var reminder = await Mail.DueTaskAsync();
        await Mail.DeliverAsync(reminder);
        await Mail.StateAsync(reminder, "Sent");
        Assert.False(Server.IsPending(Exim.Fault.DropAtRecipient));
        Assert.Single(Server.MailsTo(MailDelivery.AddressOf(reminder)));
        Assert.Equal(0, await Mail.DoubtsAsync(reminder));
    }

    [Fact]
    public async Task A_line_that_breaks_after_the_mail_was_handed_over_is_a_doubt_and_it_is_sent_again()
    {
        Server.Begin(Exim.Fault.DropAfterData);
        var reminder = await Mail.DueTaskAsync();
        await Mail.DeliverAsync(reminder);
        await Mail.StateAsync(reminder, "Sent");
        Assert.False(Server.IsPending(Exim.Fault.DropAfterData));
        Assert.Contains($"<{Composer.MessageIdOf(reminder)}>", Assert.Single(Server.MailsTo(MailDelivery.AddressOf(reminder))), StringComparison.Ordinal);
        Assert.Equal(1, await Mail.DoubtsAsync(reminder));
    }

    [Fact]
    public async Task A_doubtful_mail_is_held_where_that_is_asked_for()
    {
        await using var mail = await world.StartAsync(new() { ["MAIL_DOUBTFUL"] = "hold" });
        Server.Begin(Exim.Fault.DropAfterData);
        var reminder = await mail.DueTaskAsync();
        await mail.DeliverAsync(reminder);
        await mail.StateAsync(reminder, "Doubtful");
        var next = await mail.DueTaskAsync();
        await mail.DeliverAsync(next);
        await mail.StateAsync(next, "Sent");
        Assert.Equal("Doubtful", await mail.StateAsync(reminder, "Doubtful"));
        Assert.Empty(Server.MailsTo(MailDelivery.AddressOf(reminder)));
    }

    [Fact]
    public async Task Mails_share_a_connection_and_keep_to_the_rate()
    {
        const int Mails = 8;
        await using var mail = await world.StartAsync(new() { ["MAIL_CONCURRENCY"] = "1", ["MAIL_PER_MINUTE"] = "240" });
        var connections = Server.Log("SMTP connection from [").Count;
        var reminders = new List<Reminder>();
        for (var i = 0; i < Mails; i++)
        {
            reminders.Add(await mail.DueTaskAsync());
        }

        await Task.WhenAll(reminders.Select(mail.DeliverAsync));
        foreach (var reminder in reminders)
        {
            await mail.StateAsync(reminder, "Sent");
            Assert.Single(Server.MailsTo(MailDelivery.AddressOf(reminder)));
        }

        // One for all of them; the server is shared, and the last mail of another test may have come in between.
        Assert.InRange(Server.Log("SMTP connection from [").Count - connections, 1, 2);
        // By the database's clock; 240 a minute are 250 ms from one to the next.
        var time = await mail.QueryAsync<double>("select extract(epoch from max(sent_at) - min(created_at))::float8 from mails");
        Assert.True(time >= (Mails - 1) * 0.25, $"{Mails} mails within {time} s");
    }

    [Fact]
    public async Task SIGTERM_while_the_server_thinks_ends_within_30_seconds_with_the_mail_sent_once()
    {
        await using var mail = await world.StartAsync([]);
        Server.Begin(Exim.Fault.Slow);
        try
        {
            var reminder = await mail.DueTaskAsync();
            await mail.DeliverAsync(reminder);
            await Eventually.SeeAsync(
                "the mail on its way", () => mail.QueryAsync<string>("select state from mails where reminder_key = $1", reminder.Key), state => state == "Sending");
            var watch = Stopwatch.StartNew();
            mail.Service.Terminate();
            await Eventually.SeeAsync("the end of the process", () => Task.FromResult(mail.Service.HasEnded), ended => ended);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");
            Assert.Equal("Sent", await mail.QueryAsync<string>("select state from mails where reminder_key = $1", reminder.Key));
            Assert.Single(Server.MailsTo(MailDelivery.AddressOf(reminder)));
        }
        finally
        {
            Server.End(Exim.Fault.Slow);
        }
    }

    [Fact]
    public async Task Without_the_encryption_that_is_demanded_neither_password_nor_mail_leaves()
    {
        await using var plain = await Exim.StartAsync(world.Servers, offersTls: false);
        using (var transport = new SmtpMailTransport(Options(plain, startTls: true)))
        {
            var error = await Assert.ThrowsAsync<SmtpConnectException>(() => transport.SendAsync(Message, CancellationToken.None));
            Assert.Contains("STARTTLS", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(plain.MailsTo(Message.To.Address));
        using (var asked = new SmtpMailTransport(Options(plain, startTls: false)))
        {
            await asked.SendAsync(Message, CancellationToken.None);
        }

        Assert.Single(plain.MailsTo(Message.To.Address));
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_vouches_for_gets_nothing()
    {
        // This process trusts the machine's authorities, not the server's own certificate.
        using var transport = new SmtpMailTransport(Options(Server, startTls: true));
        var error = await Assert.ThrowsAsync<SmtpConnectException>(() => transport.SendAsync(Message, CancellationToken.None));
        Assert.Contains("certificate", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_wrong_password_is_no_fault_of_the_mail()
    {
        await using var plain = await Exim.StartAsync(world.Servers, offersTls: false);
        using var transport = new SmtpMailTransport(Options(plain, startTls: false) with { Password = "another" });
        var error = await Assert.ThrowsAsync<SmtpConnectException>(() => transport.SendAsync(Message, CancellationToken.None));
        Assert.Contains("535", error.Message, StringComparison.Ordinal);
    }

    private static MailComposer Composer { get; } = new(new MailboxAddress("Todo", "reminders@todo.example"), new Uri("mailto:reminders@todo.example"), TimeProvider.System);

    private static MimeMessage Message { get; } = Composer.Compose(new QueuedMail(
        1, new Reminder("1/x", 1, "u", "Title", null, "high", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), "id@todo.example", 1, TimeSpan.Zero, null, true,
        "somebody@users.example", "UTC", TaskNow.Due));

    private static SmtpOptions Options(Exim server, bool startTls) => new(
        server.Address.Host, server.Address.Port, Exim.User, Exim.Password, startTls, "reminders@todo.example", "Todo", new Uri("mailto:reminders@todo.example"));

    /// <summary>One server and one service for the whole class.</summary>
    public sealed class Fixture(Servers servers) : IAsyncLifetime
    {
        public Servers Servers => servers;

        public Exim Server { get; private set; } = null!;

        public MailDelivery Mail { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            if (Exim.IsInstalled)
            {
                Server = await Exim.StartAsync(servers);
                Mail = await StartAsync([]);
            }
        }

        /// <summary>Another service with further settings and a database of its own.</summary>
        public async Task<MailDelivery> StartAsync(Dictionary<string, string> settings)
        {
            var mail = new MailDelivery(servers);
            await mail.StartAsync(await servers.CreateDatabaseAsync(), Server.Settings().Concat(settings).ToDictionary());
            return mail;
        }

        public async ValueTask DisposeAsync()
        {
            if (Exim.IsInstalled)
            {
                await Mail.DisposeAsync();
                await Server.DisposeAsync();
            }
        }
    }
}
