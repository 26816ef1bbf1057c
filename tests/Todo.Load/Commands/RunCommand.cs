using System.CommandLine;

namespace Todo.Load.Commands;

/// <summary><c>run</c>: load until the time is over or Ctrl-C.</summary>
internal static class RunCommand
{
    private static readonly Option<Uri> Backend = Arguments.Url("--backend", "Where the backend is, e.g. http://127.40.200.1:8000.");
    private static readonly Option<string> Secret = new("--jwt-secret") { Description = "The backend's BETTER_AUTH_SECRET.", Required = true };
    private static readonly Option<string> JournalFile = new("--journal") { Description = "File to append each answer to, as JSON lines.", Required = true };
    private static readonly Option<double> Rate = new("--rate") { Description = "Requests a second.", DefaultValueFactory = _ => 120 };
    private static readonly Option<int> Users = new("--users") { Description = "Users among whom the tasks are spread.", DefaultValueFactory = _ => 10 };
    private static readonly Option<TimeSpan?> Duration = Arguments.Time("--duration", "How long, e.g. 30s, 10m, 1h; without it until Ctrl-C.", null);
    private static readonly Option<TimeSpan?> DueSoon = Arguments.Time(
        "--due-soon", "How far ahead tasks that must be mailed are due; less than the services' REMINDER_WINDOW.", TimeSpan.FromMinutes(30));

    private static readonly Option<TimeSpan?> RepeatFor = Arguments.Time(
        "--repeat-for", "How long a change that nobody answered, or with 5xx, is sent again with its Idempotency-Key; 0s for never.", TimeSpan.Zero);

    public static Command Create()
    {
        var command = new Command("run", "Sends requests at a steady rate and journals each answer.")
        {
            Backend, Secret, JournalFile, Rate, Users, Duration, DueSoon, RepeatFor,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancelled)
    {
        await using var load = new LoadGenerator(new LoadOptions
        {
            Backend = parsed.GetRequiredValue(Backend),
            JwtSecret = parsed.GetRequiredValue(Secret),
            Journal = parsed.GetRequiredValue(JournalFile),
            Rate = parsed.GetValue(Rate),
            Users = parsed.GetValue(Users),
            DueSoon = parsed.GetValue(DueSoon)!.Value,
            RepeatFor = parsed.GetValue(RepeatFor)!.Value,
        });
        load.Start();
        await ProgressLine.ShowAsync(load, parsed.GetValue(Duration), cancelled);
        try
        {
            await load.StopAsync();
        }
        catch (IOException broken)
        {
            Console.Error.WriteLine(broken.Message);
            return 2;
        }

        var total = load.Snapshot();
        Console.WriteLine(ProgressLine.Text(total, total, 0));
        return total.Refused + total.Failed == 0 ? 0 : 1;
    }
}
