using System.Diagnostics;
using System.Globalization;
using NodaTime;

namespace Todo.Recurrence.Tests.Comparison;

/// <summary>python3-dateutil in a process of its own that answers all questions of one run.</summary>
internal static class Dateutil
{
    /// <summary>Debian's, whatever other Python is on the path.</summary>
    private const string Python = "/usr/bin/python3";

    /// <summary>The answers in the order of the questions.</summary>
    /// <param name="questions">What is asked, each with the last day and how many occurrences at most.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    public static async Task<IReadOnlyList<IReadOnlyList<Instant>>> AnswersAsync(IReadOnlyCollection<(Question Question, LocalDate LastDay, int Limit)> questions, CancellationToken cancellationToken)
    {
        using var process = Start();
        await using var kill = cancellationToken.Register(process.Kill);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var asking = AskAsync(process.StandardInput, questions);
        List<IReadOnlyList<Instant>> answers = [];
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            Assert.False(line.StartsWith("error", StringComparison.Ordinal), $"dateutil on {questions.ElementAt(answers.Count)}: {line}");
            answers.Add([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(x => Instant.FromUnixTimeSeconds(long.Parse(x, CultureInfo.InvariantCulture)))]);
        }

        var complaint = await errors;
        Assert.True(answers.Count == questions.Count, $"python3-dateutil is missing or broken; on Debian: apt-get install python3-dateutil. It said: {complaint}");
        await asking;
        return answers;
    }

    private static Process Start()
    {
        Assert.True(File.Exists(Python), $"{Python} is missing; on Debian: apt-get install python3-dateutil.");
        return Process.Start(new ProcessStartInfo(Python, [Path.Combine(AppContext.BaseDirectory, "Comparison", "dateutil_answers.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task AskAsync(StreamWriter input, IEnumerable<(Question Question, LocalDate LastDay, int Limit)> questions)
    {
        try
        {
            await using (input)
            {
                foreach (var (question, lastDay, limit) in questions)
                {
                    var parts = question.Rule.Split(';').ToLookup(part => part.StartsWith("UNTIL=", StringComparison.Ordinal));
                    var until = parts[true].FirstOrDefault()?["UNTIL=".Length..];
                    var start = question.Start.ToString("uuuuMMdd'T'HHmmss", CultureInfo.InvariantCulture);
                    var horizon = lastDay.ToString("uuuuMMdd", CultureInfo.InvariantCulture);
                    await input.WriteLineAsync($"{string.Join(';', parts[false])}|{start}|{question.Zone}|{until}|{horizon}|{limit}");
                }
            }
        }
        catch (IOException)
        {
            // It has ended early; how is told by what it did not answer.
        }
    }
}
