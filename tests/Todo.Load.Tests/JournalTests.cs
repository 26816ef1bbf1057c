using Todo.Load.Journaling;

namespace Todo.Load.Tests;

public sealed class JournalTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void Entries_come_back_as_they_were_and_a_torn_last_line_is_left_out()
    {
        var entries = Scene.Complete().Journal;
        using (var journal = new Journal(_path))
        {
            entries.ForEach(journal.Append);
        }

        File.AppendAllText(_path, "{\"at\":\"2026-");

        Assert.Equal(entries, Journal.Read(_path));
    }

    [Fact]
    public void A_journal_is_continued_not_begun_anew()
    {
        foreach (var entry in Scene.Complete().Journal)
        {
            using var journal = new Journal(_path);
            journal.Append(entry);
        }

        Assert.Equal(Scene.Complete().Journal.Count, Journal.Read(_path).Count);
    }

    public void Dispose() => File.Delete(_path);
}
