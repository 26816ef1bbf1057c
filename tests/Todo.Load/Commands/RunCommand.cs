using System.CommandLine;

namespace Todo.Load.Commands;

/// <summary><c>run</c>: load until the time is over or Ctrl-C.</summary>
internal static class RunCommand
{
    private static readonly Option<Uri> Backend = new("--backend") { Description = "Where the backend is, e.g. http://127.40.200.1:8000.", Required = true };
    private static readonly Option<string> Secret = new("--jwt-secret") { Description = "The backend's BETTER_AUTH_SECRET.", Required = true };
    private static readonly Option<string> JournalFile = new("--journal") { Description = "File to append each answer to, as JSON lines.", Required = true };
    private static readonly Option<double> Rate = new("--rate") { Description = "Requests a second.", DefaultValueFactory = _ => 120 };
    private static readonly Option<int> Users = new("--users") { Description = "Users among whom the tasks are spread.", DefaultValueFactory = _ => 10 };
    private static readonly Option<string?> Duration = new("--duration") { Description = "How long, e.g. 30s, 10m, 1h; without it until Ctrl-C." };
    private static readonly Option<string> DueSoon = new("--due-soon") { Description = "How far ahead tasks that must be mailed are due; less than the services' REMINDER_WINDOW.", DefaultValueFactory = _ => "30m" };

    public static Command Create()
    {
        var command = new Command("run", "Sends requests at a steady rate and journals each answer; sends nothing twice.")
        {
            Backend, Secret, JournalFile, Rate, Users, Duration, DueSoon,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancelled)
    {
        TimeSpan? duration = null;
        if (parsed.GetValue(Duration) is { } text && (duration = ShortTime.Parse(text)) is null)
        {
            return Fail($"--duration: '{text}' is not a time like 30s.");
        }

        if (ShortTime.Parse(parsed.GetValue(DueSoon)!) is not { } dueSoon)
        {
            return Fail($"--due-soon: '{parsed.GetValue(DueSoon)}' is not a time like 30m.");
        }

        await using var load = new LoadGenerator(new LoadOptions
        {
            Backend = parsed.GetRequiredValue(Backend),
            JwtSecret = parsed.GetRequiredValue(Secret),
            Journal = parsed.GetRequiredValue(JournalFile),
            Rate = parsed.GetValue(Rate),
            Users = parsed.GetValue(Users),
            DueSoon = dueSoon,
        });
        load.Start();
        await ProgressLine.ShowAsync(load, duration, cancelled);
        await load.StopAsync();
        var total = load.Snapshot();
        Console.WriteLine(ProgressLine.Text(total, total, 0));
        return total.Refused + total.Failed == 0 ? 0 : 1;
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 2;
    }
}
