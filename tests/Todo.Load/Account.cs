using Npgsql;
using Todo.Load.Accounting;
using Todo.Load.Journaling;

namespace Todo.Load;

/// <summary>Where the account looks, and how long.</summary>
public sealed record AccountOptions
{
    /// <summary>The load generator's journal.</summary>
    public required string Journal { get; init; }

    /// <summary><c>postgres://user:password@host:port/database</c>, or an Npgsql connection string.</summary>
    public required string Database { get; init; }

    /// <summary>Where the mail sink lists its mails, e.g. <c>http://127.40.0.5:8025/mails</c>.</summary>
    public required Uri Mails { get; init; }

    /// <summary>How long effects that are missing are waited for. Default 60 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long nothing may go wrong after all is there: what is doubled may come late. Default 3 s.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>
/// Judges a run from the outside: the journal against the rows and the mails, never against what the services write down about their own
/// work. Run it when the load has stopped.
/// </summary>
public sealed class Account(AccountOptions options, TimeProvider? time = null)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Waits until every effect is there and has stayed right, or the deadline is over, and gives what was seen last.</summary>
    public async Task<AccountReport> RunAsync(CancellationToken cancellationToken = default)
    {
        var journal = Journal.Read(options.Journal);
        string[] users = [.. journal.Select(e => e.User).Distinct(StringComparer.Ordinal)];
        await using var database = NpgsqlDataSource.Create(DatabaseUrl.ToConnectionString(options.Database));
        using var http = new HttpClient();
        var reader = new WorldReader(database, http, options.Mails);
        using var timer = new PeriodicTimer(Interval, _time);
        var start = _time.GetTimestamp();
        long? cleanSince = null;
        while (true)
        {
            var report = Comparison.Judge(journal, await reader.ReadAsync(users, cancellationToken));
            cleanSince = report.Doubtful == report.Findings.Count ? cleanSince ?? _time.GetTimestamp() : null;
            if (cleanSince is { } since ? _time.GetElapsedTime(since) >= options.Settle : _time.GetElapsedTime(start) >= options.Deadline)
            {
                return report;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
