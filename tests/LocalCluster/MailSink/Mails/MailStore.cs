using System.Text.Json;

namespace LocalCluster.MailSink.Mails;

/// <summary>All mails in memory, and in an append-only file of JSON lines when there is a folder. A mail is on its way to the disk before it is acknowledged.</summary>
internal sealed class MailStore : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Mail> _mails = [];
    private readonly FileStream? _file;
    private long _lastId;

    public MailStore(string? folder)
    {
        if (folder is null)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        _file = new FileStream(Path.Combine(folder, "mails.jsonl"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        Load(_file);
    }

    /// <summary>Adds a mail under the next id.</summary>
    public void Add(Func<long, Mail> create)
    {
        lock (_lock)
        {
            var mail = create(_lastId + 1);
            if (_file is not null)
            {
                JsonSerializer.Serialize(_file, mail, MailJson.Default.Mail);
                _file.WriteByte((byte)'\n');
                _file.Flush();
            }

            _lastId = mail.Id;
            _mails.Add(mail);
        }
    }

    public List<Mail> Find(MailFilter filter)
    {
        lock (_lock)
        {
            return [.. _mails.Where(filter.Matches).Take(filter.Limit)];
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _mails.Clear();
            _file?.SetLength(0);
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Load(FileStream file)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        var good = 0L;
        while (reader.ReadLine() is { } line)
        {
            try
            {
                var mail = JsonSerializer.Deserialize(line, MailJson.Default.Mail)!;
                _mails.Add(mail);
                _lastId = mail.Id;
                good += System.Text.Encoding.UTF8.GetByteCount(line) + 1;
            }
            catch (JsonException)
            {
                // The last line of a process that was killed while writing: that mail was never acknowledged.
                break;
            }
        }

        file.SetLength(Math.Min(good, file.Length));
        file.Seek(0, SeekOrigin.End);
    }
}

/// <summary>Query of <c>GET /mails</c>.</summary>
internal sealed record MailFilter(long AfterId, DateTimeOffset? Since, string? To, string? Subject, string? Reminder, int Limit)
{
    public bool Matches(Mail mail) =>
        mail.Id > AfterId
        && (Since is null || mail.ReceivedAt >= Since)
        && (To is null || mail.To.Contains(To, StringComparer.OrdinalIgnoreCase))
        && (Subject is null || mail.Subject.Contains(Subject, StringComparison.OrdinalIgnoreCase))
        && (Reminder is null || mail.Headers.TryGetValue("X-Todo-Reminder", out var key) && key == Reminder);
}
