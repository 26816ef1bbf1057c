using Todo.Load.Accounting;
using Todo.Load.Journaling;

namespace Todo.Load.Tests;

/// <summary>The check of the checker: each thing that can go wrong turns the account red, and is named.</summary>
public sealed class ComparisonTests
{
    private readonly Scene _scene = Scene.Complete();

    [Fact]
    public void A_run_in_which_all_is_there_once_is_clean_and_counted()
    {
        var report = _scene.Judge();

        Assert.Equal([], report.Findings);
        Assert.Equal((10, 6, 2, 1), (report.Acknowledged, report.Tasks, report.NextOccurrences, report.Mails));
    }

    [Fact]
    public void A_missing_row()
    {
        _scene.Tasks.Remove(_scene.Row(1));
        IsOnly(FindingKind.Lost, "task", 1);
    }

    [Fact]
    public void An_update_rolled_back()
    {
        _scene.Replace(1, row => row with { Fields = row.Fields with { Title = "run-1 OneOff", Priority = "low" } });
        IsOnly(FindingKind.Lost, "update", 1);
    }

    [Fact]
    public void A_completion_rolled_back_with_its_effect()
    {
        _scene.Replace(3, row => row with { Fields = row.Fields with { Completed = false } });
        _scene.Tasks.Remove(_scene.Row(13));
        IsOnly(FindingKind.Lost, "completion", 3);
    }

    [Fact]
    public void A_deletion_rolled_back()
    {
        _scene.Tasks.Add(_scene.Row(1) with { Id = 5, Fields = new TaskFields("run-5 OneOff", "low", false, null) });
        IsOnly(FindingKind.Lost, "deletion", 5);
    }

    [Theory]
    [InlineData(3, 13)]
    [InlineData(4, 14)]
    public void A_missing_next_occurrence(long id, long successor)
    {
        _scene.Tasks.Remove(_scene.Row(successor));
        IsOnly(FindingKind.Lost, "next occurrence", id);
    }

    [Fact]
    public void A_next_occurrence_too_many()
    {
        _scene.Tasks.Add(_scene.Row(13) with { Id = 99 });
        IsOnly(FindingKind.Doubled, "next occurrence", 3);
    }

    [Fact]
    public void A_next_occurrence_on_the_wrong_day()
    {
        _scene.Replace(14, row => row with { Occurrence = row.Occurrence + TimeSpan.FromDays(1) });
        IsOnly(FindingKind.Wrong, "next occurrence", 4);
    }

    [Fact]
    public void A_next_occurrence_of_a_task_that_is_open()
    {
        var open = _scene.Row(6);
        _scene.Tasks.Add(open with { Id = 16, Occurrence = open.Occurrence + TimeSpan.FromDays(1) });
        IsOnly(FindingKind.Wrong, "next occurrence", 6);
    }

    [Fact]
    public void A_missing_mail()
    {
        _scene.Mails.Clear();
        IsOnly(FindingKind.Lost, "mail", 2);
    }

    [Fact]
    public void A_mail_twice()
    {
        _scene.Mails.Add(_scene.Mails[0]);
        IsOnly(FindingKind.Doubled, "mail", 2);
    }

    [Fact]
    public void A_mail_twice_under_one_message_id()
    {
        _scene.Mails[0] = _scene.Mails[0] with { MessageId = "<2@todo>" };
        _scene.Mails.Add(_scene.Mails[0]);
        IsOnly(FindingKind.Doubtful, "mail", 2);
        Assert.Contains("1 doubtful mails", _scene.Judge().Describe(), StringComparison.Ordinal);

        _scene.Mails[1] = _scene.Mails[1] with { MessageId = "<3@todo>" };
        IsOnly(FindingKind.Doubled, "mail", 2);
    }

    [Fact]
    public void A_request_that_was_sent_again_counts_as_it_ended()
    {
        _scene.Create(20, TaskKind.OneOff);
        _scene.Journal.Insert(0, _scene.Journal[^1] with { Outcome = Outcome.Failed, Status = 0, TaskId = null, SentAgain = true });

        var report = _scene.Judge();
        Assert.Empty(report.Findings);
        Assert.Empty(report.Refused);
        Assert.Equal(1, report.SentAgain);
    }

    [Fact]
    public void A_mail_to_somebody_else()
    {
        _scene.Mails[0] = _scene.Mails[0] with { To = ["other@example.test"] };
        IsOnly(FindingKind.Wrong, "mail", 2);
    }

    [Fact]
    public void A_mail_about_a_task_that_is_not_due()
    {
        _scene.Mails.Add(new WorldMail("1/2026-11-24T12:00:00Z", ["u@example.test"]));
        IsOnly(FindingKind.Wrong, "mail", 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void A_creation_applied_twice(long id)
    {
        var row = _scene.Row(id);
        _scene.Tasks.Add(row with { Id = 98, SeriesId = row.SeriesId is null ? null : Guid.NewGuid() });
        IsOnly(FindingKind.Doubled, "task", id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_creation_that_was_not_answered_happened_whole_or_not_at_all(bool happened)
    {
        _scene.Create(20, TaskKind.DueSoon, Outcome.Failed, 0, happened);
        Assert.Empty(_scene.Judge().Findings);

        if (happened)
        {
            _scene.Mails.RemoveAt(1);
            IsOnly(FindingKind.Lost, "mail", 20);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_completion_that_was_not_answered_happened_whole_or_not_at_all(bool happened)
    {
        _scene.CompleteTask(_scene.Row(6), 16, Outcome.Refused, 503, happened);
        Assert.Empty(_scene.Judge().Findings);

        if (happened)
        {
            _scene.Tasks.Remove(_scene.Row(16));
            IsOnly(FindingKind.Lost, "next occurrence", 6);
        }
    }

    [Theory]
    [InlineData(503, true)]
    [InlineData(409, false)]
    public void A_refused_change_may_have_happened_after_5xx_only(int status, bool mayHaveHappened)
    {
        _scene.Update(_scene.Row(1), "changed again", "urgent", Outcome.Refused, status);

        Assert.Equal(mayHaveHappened, _scene.Judge().IsClean);
        Assert.Equal(status, Assert.Single(_scene.Judge().Refused).Status);
    }

    [Fact]
    public void A_change_half_done_is_neither_before_nor_after()
    {
        var before = _scene.Row(1);
        _scene.Update(before, "changed again", "urgent", Outcome.Failed, 0);
        _scene.Replace(1, row => row with { Fields = row.Fields with { Priority = before.Fields.Priority } });
        IsOnly(FindingKind.Lost, "update", 1);
    }

    [Fact]
    public void Rows_and_mails_of_other_runs_do_not_matter()
    {
        _scene.Tasks.Add(new WorldTask(500, "u", new TaskFields("other-1 OneOff", "low", false, null), null, null));
        _scene.Mails.Add(new WorldMail("500/2026-11-24T12:00:00Z", ["u@example.test"]));
        Assert.Empty(_scene.Judge().Findings);
    }

    [Fact]
    public void The_description_names_what_is_wrong()
    {
        _scene.Mails.Clear();
        var text = _scene.Judge().Describe();

        Assert.Contains("1 lost, 0 doubled, 0 wrong, 0 refused", text, StringComparison.Ordinal);
        Assert.Contains("LOST mail of task 2 (run-2)", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void An_unanswered_update_leaves_no_doubt_once_it_was_repeated_with_success(bool repeated, int findings)
    {
        var task = _scene.Create(7, TaskKind.OneOff);
        _scene.Update(task, "once", "high", Outcome.Failed, 0);
        _scene.Update(task, "once", "high");
        if (repeated)
        {
            _scene.Repeats();
        }

        _scene.Update(task, "twice", "low", happens: false);

        Assert.Equal(findings, _scene.Judge().Findings.Count(f => f is { Kind: FindingKind.Lost, Effect: "update", TaskId: 7 }));
    }

    private void IsOnly(FindingKind kind, string effect, long taskId)
    {
        var finding = Assert.Single(_scene.Judge().Findings);
        Assert.Equal((kind, effect, taskId), (finding.Kind, finding.Effect, finding.TaskId ?? 0));
    }
}
