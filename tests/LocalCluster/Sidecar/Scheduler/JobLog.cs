using System.Text.Json;
using LocalCluster.Sidecar.Scheduler.Protocol;

namespace LocalCluster.Sidecar.Scheduler;

/// <summary>A line of the log: the job as it is now, or its end.</summary>
internal sealed record JobRecord(JobKey Key, Job? Job);

/// <summary>The jobs on disk: a log of JSON lines, each the whole state of one job, rewritten shortly when it has grown.</summary>
internal sealed class JobLog : IDisposable
{
    private const int RewriteAfter = 20_000;

    private readonly string _path;
    private readonly Lock _gate = new();
    private readonly Dictionary<JobKey, Job> _jobs = [];
    private FileStream _file;
    private int _lines;

    /// <exception cref="IOException">The folder cannot be used, or another scheduler uses it.</exception>
    public JobLog(string folder)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, "jobs.log");
        if (File.Exists(_path))
        {
            Replay();
        }

        _file = Rewrite();
    }

    public IReadOnlyList<Job> Jobs
    {
        get
        {
            lock (_gate)
            {
                return [.. _jobs.Values];
            }
        }
    }

    public Job? Find(JobKey key)
    {
        lock (_gate)
        {
            return _jobs.GetValueOrDefault(key);
        }
    }

    /// <summary>Returns when the operating system has the line: a killed scheduler finds it again.</summary>
    public void Put(Job job) => Append(new JobRecord(job.Key, job));

    public void Delete(JobKey key) => Append(new JobRecord(key, null));

    public void Dispose() => _file.Dispose();

    private void Append(JobRecord record)
    {
        lock (_gate)
        {
            Apply(record);
            Write(_file, record);
            _file.Flush();
            if (++_lines > RewriteAfter)
            {
                _file.Dispose();
                _file = Rewrite();
            }
        }
    }

    private void Apply(JobRecord record)
    {
        if (record.Job is null)
        {
            _jobs.Remove(record.Key);
        }
        else
        {
            _jobs[record.Key] = record.Job;
        }
    }

    private void Replay()
    {
        foreach (var line in File.ReadLines(_path))
        {
            try
            {
                if (JsonSerializer.Deserialize(line, SchedulerJson.Default.JobRecord) is { } record)
                {
                    Apply(record);
                }
            }
            catch (JsonException)
            {
                // A line cut short by the end of the process: it was never confirmed.
            }
        }
    }

    private FileStream Rewrite()
    {
        var next = _path + ".new";
        using (var file = File.Create(next))
        {
            foreach (var job in _jobs.Values)
            {
                Write(file, new JobRecord(job.Key, job));
            }
        }

        File.Move(next, _path, overwrite: true);
        _lines = _jobs.Count;
        return new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    private static void Write(FileStream file, JobRecord record)
    {
        file.Write(JsonSerializer.SerializeToUtf8Bytes(record, SchedulerJson.Default.JobRecord));
        file.WriteByte((byte)'\n');
    }
}
