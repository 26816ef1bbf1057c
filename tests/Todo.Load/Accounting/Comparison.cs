using System.Globalization;
using Todo.Load.Journaling;

namespace Todo.Load.Accounting;

/// <summary>
/// The account itself, a pure comparison of the journal with the world: every acknowledged operation has its row, its next occurrence, its mail,
/// exactly once; one that was not answered happened whole or not at all.
/// </summary>
public static class Comparison
{
    /// <summary>Compares.</summary>
    public static AccountReport Judge(IReadOnlyList<JournalEntry> journal, World world)
    {
        var stories = TaskStory.Read(journal);
        var rows = world.Tasks.ToLookup(t => t.Tag, StringComparer.Ordinal);
        var mails = world.Mails.ToLookup(m => m.ReminderKey.Split('/')[0], StringComparer.Ordinal);
        var findings = new List<Finding>();
        var (occurrences, mailCount) = (0, 0);
        foreach (var story in stories.Values)
        {
            var judged = new TaskJudgement(story, [.. rows[story.Tag].OrderBy(r => r.Id)], mails);
            findings.AddRange(judged.Findings());
            occurrences += judged.ExpectedOccurrences;
            mailCount += judged.ExpectedMails;
        }

        return new AccountReport
        {
            Acknowledged = journal.Count(e => e.Outcome == Outcome.Acknowledged),
            Tasks = stories.Values.Count(s => s.Last is not null),
            NextOccurrences = occurrences,
            Mails = mailCount,
            Refused = [.. journal.Where(e => e.Outcome != Outcome.Acknowledged && !e.SentAgain)],
            SentAgain = journal.Count(e => e.SentAgain),
            Findings = findings,
        };
    }

    /// <summary>The business key of a reminder: a task and a due moment, e.g. <c>42/2026-11-22T08:00:00Z</c>.</summary>
    public static string ReminderKey(long taskId, DateTimeOffset dueAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{taskId}/{dueAt.UtcDateTime:yyyy-MM-ddTHH:mm:ss.FFFFFF}Z");
}
