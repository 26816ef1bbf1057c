using System.Globalization;
using Benchmarks.Messaging;
using LocalCluster.MailSink.Mails;
using Todo.Services.Tests.World;

namespace Benchmarks.Services;

/// <summary>From the moment at which a reminder is due to its mail at the server, with the services' own settings: a search every five seconds.</summary>
internal static class DueBenchmark
{
    private const int Count = 60;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(350);

    public static async Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken)
    {
        await using var servers = new Servers();
        await servers.InitializeAsync();
        await using var platform = new AsInProduction(servers);
        await platform.InitializeAsync();
        var user = platform.NewUser();
        // Far enough ahead that all are there before the first is due.
        var first = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(10);
        var due = new Dictionary<long, DateTimeOffset>();
        for (var n = 0; n < Count; n++)
        {
            var at = first + n * Apart;
            due.Add((await user.CreateAsync(new { title = "Due", dueAt = at + Window })).Id, at);
        }

        List<Mail> mails = [];
        await Bench.UntilAsync("every reminder is mailed", async () => (mails = await platform.Mails.MailsToAsync(user.Email)).Count == Count, TimeSpan.FromSeconds(1), cancellationToken);

        var seconds = mails.ConvertAll(mail => (mail.ReceivedAt - due[long.Parse(mail.Headers["X-Todo-Reminder"].Split('/')[0], CultureInfo.InvariantCulture)]).TotalSeconds);
        tell(new($"due to mail, p50 of {Count}", seconds.Percentile(0.5), "s"));
        tell(new($"due to mail, the slowest of {Count}", seconds.Max(), "s") { Bar = new(10, AtLeast: false) });
    }

    private sealed class AsInProduction(Servers servers) : Platform(servers)
    {
        protected override Dictionary<string, string> Settings() => new(base.Settings()) { ["REMINDER_POLL_INTERVAL"] = "00:00:05" };
    }
}
