using System.CommandLine;
using Npgsql;

namespace Todo.Load.Commands;

/// <summary><c>account</c>: the journal against the world.</summary>
internal static class AccountCommand
{
    private static readonly Option<string> JournalFile = new("--journal") { Description = "The load generator's journal.", Required = true };
    private static readonly Option<string> Database = new("--database") { Description = "postgres://user:password@host:port/database, or an Npgsql connection string.", Required = true };
    private static readonly Option<Uri> Mails = Arguments.Url("--mails", "The mail sink's list, e.g. http://127.40.0.5:8025/mails.");
    private static readonly Option<TimeSpan?> Deadline = Arguments.Time("--deadline", "How long missing effects are waited for.", TimeSpan.FromSeconds(60));
    private static readonly Option<bool> AllowRefused = new("--allow-refused") { Description = "Refused and failed requests are reported, and are no reason to fail: for runs with faults." };

    public static Command Create()
    {
        var command = new Command("account", "Compares the journal with the rows and the mails: exit code 0 when nothing is lost, doubled, wrong or refused, else 1.")
        {
            JournalFile, Database, Mails, Deadline, AllowRefused,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancelled)
    {
        try
        {
            var report = await new Account(new AccountOptions
            {
                Journal = parsed.GetRequiredValue(JournalFile),
                Database = parsed.GetRequiredValue(Database),
                Mails = parsed.GetRequiredValue(Mails),
                Deadline = parsed.GetValue(Deadline)!.Value,
            }).RunAsync(cancelled);
            Console.Write(report.Describe());
            return report.IsClean && (report.Refused.Count == 0 || parsed.GetValue(AllowRefused)) ? 0 : 1;
        }
        catch (Exception unreadable) when (unreadable is IOException or NpgsqlException or HttpRequestException or ArgumentException)
        {
            Console.Error.WriteLine(unreadable.Message);
            return 2;
        }
    }
}
