using Spectre.Console;
using Spectre.Console.Rendering;

namespace Todo.Kubectl.Views;

/// <summary>Standard output: a terminal with colour, or plain lines that are not wrapped (a file, a pipe, <c>NO_COLOR</c>).</summary>
internal sealed class Screen(TextWriter output, bool isTerminal)
{
    /// <summary>Wide enough that no line of a log is broken.</summary>
    private const int Unbounded = 5000;

    public static Screen OfThisProcess() => new(
        Console.Out,
        isTerminal: !Console.IsOutputRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"));

    /// <summary>Text from the cluster without what would steer the terminal.</summary>
    public static string Clean(string? text) => text is null ? string.Empty : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>One line, as it is.</summary>
    public void Line(string text) => output.WriteLine(string.Join('\n', text.Split('\n').Select(Clean)));

    public void Print(IRenderable content)
    {
        if (isTerminal)
        {
            Terminal().Write(content);
            return;
        }

        using var text = new StringWriter();
        var plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(text),
        });
        plain.Profile.Width = Unbounded;
        plain.Profile.Capabilities.Unicode = true;
        plain.Write(content);
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n'))
        {
            output.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>Something that goes on: on a terminal the whole picture, drawn over; elsewhere a line whenever it differs from the last one.</summary>
    public async Task FollowAsync(Func<Action<string, Func<IRenderable>>, Task> work)
    {
        if (isTerminal)
        {
            await Terminal().Live(new Text(string.Empty)).AutoClear(true).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom).StartAsync(live => work((_, picture) =>
            {
                live.UpdateTarget(picture());
                live.Refresh();
            }));
            return;
        }

        string? last = null;
        await work((line, _) =>
        {
            if (line != last)
            {
                Line(line);
                output.Flush();
                last = line;
            }
        });
    }

    private static IAnsiConsole Terminal() => AnsiConsole.Create(new AnsiConsoleSettings { Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false } });
}
