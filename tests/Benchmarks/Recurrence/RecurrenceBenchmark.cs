using System.Diagnostics;
using NodaTime;
using Todo.Recurrence;

namespace Benchmarks.Recurrence;

/// <summary>
/// From a rule's text to its next occurrence, years after its start. Beside it, on the same text: python3-dateutil (with the zone), and npm's rrule (in UTC, as
/// with a zone it asks the system about each date). All must give the same answer.
/// </summary>
internal static class RecurrenceBenchmark
{
    private const string Zone = "Europe/Berlin";
    private const int Calls = 5_000;
    private const int Rounds = 7;

    private static readonly LocalDateTime Start = new(2000, 1, 3, 8, 0);

    private static readonly (string Rule, int Years)[] Cases =
    [
        ("FREQ=DAILY", 1),
        ("FREQ=DAILY", 10),
        ("FREQ=DAILY", 26),
        ("FREQ=DAILY", 100),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR", 26),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", 26),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", 26),
    ];

    public static async Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken)
    {
        await MeasureAsync("dateutil", Zone, Peer.DateutilAsync, tell, cancellationToken);
        await MeasureAsync("npm's rrule", "UTC", Peer.RruleAsync, tell, cancellationToken);
    }

    private static async Task MeasureAsync(
        string name, string zoneName, Func<IEnumerable<string>, CancellationToken, Task<IReadOnlyList<PeerAnswer>>> askAsync, Action<Figure> tell, CancellationToken cancellationToken)
    {
        var zone = DateTimeZoneProviders.Tzdb[zoneName];
        var cases = Cases.Select(x => (x.Rule, x.Years, After: Start.PlusYears(x.Years).PlusHours(1))).ToList();
        var theirs = await askAsync(cases.Select(x => $"{x.Rule}|{Start:uuuu-MM-dd'T'HH:mm:ss}|{zoneName}|{x.After:uuuu-MM-dd'T'HH:mm:ss}"), cancellationToken);
        foreach (var ((rule, years, localAfter), peer) in cases.Zip(theirs))
        {
            var after = localAfter.InZoneStrictly(zone).ToInstant();
            var (next, microseconds) = Measure(() => new RecurrenceSeries(RecurrenceRule.Parse(rule), Start, zone).Next(after));
            if (next?.ToUnixTimeSeconds() != peer.Next)
            {
                throw new InvalidOperationException($"{rule} after {years} years: {next} here, {Instant.FromUnixTimeSeconds(peer.Next)} from {name}.");
            }

            tell(new($"next of `{rule}` {years} years on, {zoneName}", microseconds, "µs")
            {
                Bar = rule == "FREQ=DAILY" ? new(50, AtLeast: false) : null,
                Beside = (name, peer.Microseconds),
            });
        }
    }

    /// <summary>The median round, after one that warms up.</summary>
    private static (Instant? Next, double Microseconds) Measure(Func<Instant?> next)
    {
        List<double> rounds = [];
        for (var round = 0; round <= Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var n = 0; n < Calls; n++)
            {
                next();
            }

            rounds.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds / Calls);
        }

        return (next(), rounds.Skip(1).Order().ElementAt(Rounds / 2));
    }
}
