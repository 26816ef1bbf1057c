using Todo.Load.Journaling;

namespace Todo.Load.Accounting;

/// <summary>Judges one task: its story against its rows and mails.</summary>
internal sealed class TaskJudgement
{
    private readonly TaskStory _story;
    private readonly IReadOnlyList<WorldTask> _rows;
    private readonly ILookup<string, WorldMail> _mails;
    private readonly WorldTask? _row;

    /// <summary>Takes what there is about one task.</summary>
    /// <param name="story">What the journal says.</param>
    /// <param name="rows">All rows with the task's tag, by id: itself, and its next occurrences.</param>
    /// <param name="mails">All mails by task id.</param>
    public TaskJudgement(TaskStory story, IReadOnlyList<WorldTask> rows, ILookup<string, WorldMail> mails)
    {
        (_story, _rows, _mails) = (story, rows, mails);
        _row = story.TaskId is { } id ? rows.FirstOrDefault(r => r.Id == id) : rows.Count > 0 ? rows[0] : null;
    }

    /// <summary>1 when this task must have a successor.</summary>
    public int ExpectedOccurrences => _story.IsRecurring && _row?.Fields.Completed == true ? 1 : 0;

    /// <summary>1 when this task must have been mailed.</summary>
    public int ExpectedMails => _story.Kind == TaskKind.DueSoon && _row is not null ? 1 : 0;

    public IEnumerable<Finding> Findings() => [.. Row(), .. Twins(), .. Successors(), .. Mails()];

    private IEnumerable<Finding> Row()
    {
        var mayBeGone = _story.Last is null or Operation.Delete || _story.Doubt?.Operation == Operation.Delete;
        if (_row is null)
        {
            return mayBeGone ? [] : [Found(FindingKind.Lost, "task", "acknowledged, and there is no row")];
        }

        if (_story.IsDeleted)
        {
            return [Found(FindingKind.Lost, "deletion", "acknowledged, and the row is there")];
        }

        if (_story.Known is null && _story.Doubt is null)
        {
            return [Found(FindingKind.Wrong, "task", "its creation was refused, and there is a row")];
        }

        if (_row.Fields == _story.Known || (_story.Doubt?.Task is { } possible && _row.Fields == possible))
        {
            return [];
        }

        var (kind, effect) = _story.Known is { } known && known.Completed && !_row.Fields.Completed ? (FindingKind.Lost, "completion")
            : _story.Last == Operation.Update ? (FindingKind.Lost, "update")
            : (FindingKind.Wrong, "task");
        return [Found(kind, effect, $"the row is {Text(_row.Fields)} instead of {Text(_story.Known)}")];
    }

    /// <summary>Rows with the same tag that are of another series or of none: the same creation applied again.</summary>
    private IEnumerable<Finding> Twins() => _rows
        .Where(r => r.Id != (_row?.Id ?? _story.TaskId) && !IsOfSeries(r))
        .Select(twin => Found(FindingKind.Doubled, "task", $"also there as task {twin.Id}"));

    private IEnumerable<Finding> Successors()
    {
        if (!_story.IsRecurring || _row is null)
        {
            yield break;
        }

        var successors = _rows.Where(r => r.Id != _row.Id && IsOfSeries(r)).ToList();
        if (!_row.Fields.Completed)
        {
            foreach (var early in successors)
            {
                yield return Found(FindingKind.Wrong, "next occurrence", $"the task is not completed, and task {early.Id} for {early.Occurrence:u} is there");
            }

            yield break;
        }

        var expected = _row.Occurrence + _story.Step;
        if (successors.Count == 0)
        {
            yield return Found(FindingKind.Lost, "next occurrence", $"the task is completed, and there is no task for {expected:u}");
        }
        else if (successors.Count > 1)
        {
            yield return Found(FindingKind.Doubled, "next occurrence", string.Join(", ", successors.Select(s => $"task {s.Id} for {s.Occurrence:u}")));
        }
        else if (successors[0].Occurrence != expected)
        {
            yield return Found(FindingKind.Wrong, "next occurrence", $"for {successors[0].Occurrence:u} instead of {expected:u}");
        }
    }

    private IEnumerable<Finding> Mails()
    {
        // A next occurrence is due far ahead, as its task was: nothing with this tag is to be mailed but the task itself, and that only when it is due soon.
        var ids = _rows.Select(r => r.Id).Append(_story.TaskId ?? 0).Distinct();
        var mails = ids.SelectMany(id => _mails[id.ToString()]).ToList();
        var due = (_story.Known ?? _story.Doubt?.Task)?.DueAt;
        if (_story.Kind != TaskKind.DueSoon || _row is null || due is null)
        {
            return mails.Select(m => Found(FindingKind.Wrong, "mail", $"not due soon, and mailed as {m.ReminderKey}"));
        }

        var key = Comparison.ReminderKey(_row.Id, due.Value);
        var asked = mails.Where(m => m.ReminderKey == key).ToList();
        var findings = mails.Where(m => m.ReminderKey != key).Select(m => Found(FindingKind.Wrong, "mail", $"mailed as {m.ReminderKey} instead of {key}"))
            .Concat(asked.Where(m => !m.To.SequenceEqual([_story.Email])).Select(m => Found(FindingKind.Wrong, "mail", $"{key} went to {string.Join(", ", m.To)} instead of {_story.Email}")));
        return asked.Count switch
        {
            0 => findings.Append(Found(FindingKind.Lost, "mail", $"there is no mail {key}")),
            1 => findings,
            _ => findings.Append(Found(IsOneMessage(asked) ? FindingKind.Doubtful : FindingKind.Doubled, "mail", $"{asked.Count} mails {key}")),
        };
    }

    private static bool IsOneMessage(List<WorldMail> mails) => mails[0].MessageId is { } id && mails.TrueForAll(m => m.MessageId == id);

    private bool IsOfSeries(WorldTask row) => (_row?.SeriesId ?? _story.SeriesId) is { } series && row.SeriesId == series;

    private Finding Found(FindingKind kind, string effect, string detail) => new(kind, effect, _story.Tag, _row?.Id ?? _story.TaskId, detail);

    private static string Text(TaskFields? fields) =>
        fields is null ? "nothing" : $"'{fields.Title}', {fields.Priority}, {(fields.Completed ? "completed" : "open")}, due {fields.DueAt:u}";
}
