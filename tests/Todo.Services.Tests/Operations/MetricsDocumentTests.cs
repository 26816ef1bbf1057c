using System.Text.RegularExpressions;
using LocalCluster.MailSink.Smtp;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Operations;

/// <summary>docs/reference/metrics.md has every metric of the services by its name, and no other.</summary>
[Collection(nameof(Platform))]
public sealed partial class MetricsDocumentTests(Platform platform)
{
    private static readonly Dictionary<string, string> Documented = Rows().Matches(File.ReadAllText(Document(AppContext.BaseDirectory)))
        .ToDictionary(row => row.Groups["name"].Value, row => row.Groups["type"].Value);

    [Fact]
    public async Task The_page_has_what_a_scrape_of_all_services_shows()
    {
        // A reminder from task to mail at the second attempt, and an event that nobody can read.
        var user = platform.NewUser();
        await platform.Mails.FailAsync(new Failure("close", "stored", 1));
        await user.CreateAsync(new { title = "Measured", dueAt = DateTimeOffset.UtcNow.AddMinutes(10) });
        await Eventually.SeeAsync("the mail again", () => platform.Mails.MailsToAsync(user.Email), mails => mails.Count == 2);
        foreach (var service in platform.Services)
        {
            using var content = new StringContent("""{"specversion":"1.0","id":"00000000-0000-7000-8000-000000000001","source":"tests","type":"io.todo.reminder.sent.v1","data":{}}""");
            using var _ = await service.Http.PostAsync("events/task-reminders", content);
        }

        var own = Documented.Where(x => x.Key.StartsWith("todo_", StringComparison.Ordinal)).ToDictionary();
        await Eventually.SeeAsync(
            "every metric of our own",
            async () => string.Join(' ', own.Keys.Except((await ScrapeAsync()).Keys)),
            missing => missing.Length == 0);
        var seen = await ScrapeAsync();
        Assert.Equal([], seen.Keys.Where(name => !IsDocumented(name)));
        Assert.All(own, metric => Assert.Equal(metric.Value, seen[metric.Key]));
    }

    /// <summary>Name and type of every metric of all four.</summary>
    private async Task<Dictionary<string, string>> ScrapeAsync()
    {
        var texts = await Task.WhenAll(platform.Services.Select(service => service.Http.GetStringAsync("metrics")));
        return texts.SelectMany(text => Types().Matches(text)).GroupBy(x => x.Groups["name"].Value).ToDictionary(x => x.Key, x => x.First().Groups["type"].Value);
    }

    /// <summary>By its own name, or by the first letters of a family that .NET makes: <c>dotnet_*</c>.</summary>
    private static bool IsDocumented(string name) =>
        Documented.Keys.Any(known => known == name || known.EndsWith('*') && name.StartsWith(known[..^1], StringComparison.Ordinal));

    private static string Document(string folder)
    {
        var page = Path.Combine(folder, "docs", "reference", "metrics.md");
        return File.Exists(page) ? page : Document(Directory.GetParent(folder)?.FullName ?? throw new InvalidOperationException("No docs/reference/metrics.md above the test."));
    }

    [GeneratedRegex(@"^\| `(?<name>[a-z_*]+)` \|\s*(?<type>\w*)\s*\|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"^# TYPE (?<name>\w+) (?<type>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Types();
}
