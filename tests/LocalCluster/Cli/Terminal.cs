using LocalCluster.Dependencies;
using LocalCluster.Hosting;
using Spectre.Console;

namespace LocalCluster.Cli;

/// <summary>What a person sees: a spinner and ticks on a terminal, plain lines elsewhere.</summary>
internal sealed class Terminal : IStepReporter
{
    private static bool IsInteractive => AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;

    /// <summary>Runs a command; an expected failure is one clear message and exit code 1, Ctrl-C is 130.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (ClusterException e)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    /// <summary>Not wrapped: where a line ends is the terminal's, or the log reader's, affair.</summary>
    public static void Line(string text) => Console.WriteLine(text);

    public async Task StepAsync(string name, Func<Task<string>> work)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        string detail;
        if (IsInteractive)
        {
            detail = await AnsiConsole.Status().Spinner(Spinner.Known.Dots).StartAsync(Markup.Escape(name), _ => work());
            AnsiConsole.MarkupLine($"[green]✓[/] {Markup.Escape(name)}  [grey]{Markup.Escape(detail)} ({watch.Elapsed.TotalSeconds:0.0} s)[/]");
        }
        else
        {
            detail = await work();
            Console.WriteLine($"{name}: {detail} ({watch.Elapsed.TotalSeconds:0.0} s)");
        }
    }

    /// <summary>Something that goes on: on a terminal one line that changes, elsewhere a line whenever the text changes.</summary>
    public static async Task FollowAsync(string title, Func<Action<string>, Task> work)
    {
        if (IsInteractive)
        {
            await AnsiConsole.Status().Spinner(Spinner.Known.Dots)
                .StartAsync(Markup.Escape(title), context => work(text => context.Status(Markup.Escape($"{title}: {text}"))));
            return;
        }

        string? last = null;
        await work(text =>
        {
            if (text != last)
            {
                Console.WriteLine($"  {title}: {text}");
                last = text;
            }
        });
    }
}
