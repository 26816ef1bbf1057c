using System.Text;
using Todo.Load.Journaling;

namespace Todo.Load.Accounting;

/// <summary>The account of a run.</summary>
public sealed record AccountReport
{
    /// <summary>Requests acknowledged.</summary>
    public required int Acknowledged { get; init; }

    /// <summary>Tasks they were about.</summary>
    public required int Tasks { get; init; }

    /// <summary>Next occurrences that had to be there.</summary>
    public required int NextOccurrences { get; init; }

    /// <summary>Mails that had to be there.</summary>
    public required int Mails { get; init; }

    /// <summary>Requests that were refused or not answered, in the end if they were sent again. A run without faults has none.</summary>
    public required IReadOnlyList<JournalEntry> Refused { get; init; }

    /// <summary>What is lost, doubled or wrong.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    public int Lost => Count(FindingKind.Lost);

    public int Doubled => Count(FindingKind.Doubled);

    public int Wrong => Count(FindingKind.Wrong);

    /// <summary>Mails that came again under the same Message-ID. A run in which no mail worker is killed has none.</summary>
    public int Doubtful => Count(FindingKind.Doubtful);

    /// <summary>Requests that were sent again, as often as they were.</summary>
    public required int SentAgain { get; init; }

    /// <summary>Nothing lost, doubled, wrong or doubtful.</summary>
    public bool IsClean => Findings.Count == 0;

    /// <summary>The account in lines for people: at most <paramref name="most"/> findings and refusals of each kind are named.</summary>
    public string Describe(int most = 20)
    {
        var text = new StringBuilder();
        text.AppendLine($"{Acknowledged:N0} operations acknowledged on {Tasks:N0} tasks; {NextOccurrences:N0} next occurrences and {Mails:N0} mails expected");
        text.Append($"{Lost} lost, {Doubled} doubled, {Wrong} wrong, {Refused.Count} refused or failed");
        text.Append(Doubtful > 0 ? $", {Doubtful} doubtful mails" : "").AppendLine(SentAgain > 0 ? $", {SentAgain} sent again" : "");
        Append(text, Findings.Select(f => f.ToString()), Findings.Count, most);
        Append(text, Refused.Select(r => $"{r.Outcome.ToString().ToUpperInvariant()} {r.Operation} of task {r.TaskId?.ToString() ?? "?"} ({r.Tag ?? r.User}) at {r.At:u}: {r.Status} {r.Error}"), Refused.Count, most);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IEnumerable<string> lines, int count, int most)
    {
        foreach (var line in lines.Take(most))
        {
            text.AppendLine("  " + line);
        }

        if (count > most)
        {
            text.AppendLine($"  … and {count - most} more");
        }
    }

    private int Count(FindingKind kind) => Findings.Count(f => f.Kind == kind);
}
