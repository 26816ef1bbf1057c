using LocalCluster.Sidecar.Scheduler.Protocol;

namespace LocalCluster.Sidecar.Scheduler;

/// <summary>All jobs, each with a runner of its own that fires one tick after another.</summary>
internal sealed class JobTable : IAsyncDisposable
{
    private readonly JobLog _log;
    private readonly Watchers _watchers;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<JobKey, JobRunner> _runners = [];

    public JobTable(JobLog log, Watchers watchers, TimeProvider time)
    {
        _log = log;
        _watchers = watchers;
        _time = time;
        foreach (var job in log.Jobs)
        {
            _runners[job.Key] = new JobRunner(job, log, watchers, time, Ended);
        }
    }

    public SchedulerMessage Schedule(JobKey key, JobDefinition definition, bool overwrite)
    {
        lock (_gate)
        {
            if (!overwrite && _log.Find(key) is not null)
            {
                return Answer(AnswerStatus.Exists, $"job already exists: '{key.Name}'");
            }

            Job job;
            try
            {
                job = Job.Create(key, definition, _time.GetUtcNow());
            }
            catch (FormatException error)
            {
                return Answer(AnswerStatus.Invalid, error.Message);
            }

            if (_runners.Remove(key, out var old))
            {
                old.Stop();
            }

            _log.Put(job);
            _runners[key] = new JobRunner(job, _log, _watchers, _time, Ended);
            return Answer(AnswerStatus.Ok, null);
        }
    }

    public SchedulerMessage Get(JobKey key) =>
        _log.Find(key) is { } job
            ? Answer(AnswerStatus.Ok, null) with { Job = job.Definition }
            : Answer(AnswerStatus.NotFound, $"job not found: {key.Name}");

    /// <summary>Deleting what is not there is no error.</summary>
    public SchedulerMessage Delete(JobKey key)
    {
        lock (_gate)
        {
            if (_runners.Remove(key, out var runner))
            {
                runner.Stop();
            }

            if (_log.Find(key) is not null)
            {
                _log.Delete(key);
            }

            return Answer(AnswerStatus.Ok, null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<JobRunner> runners;
        lock (_gate)
        {
            runners = [.. _runners.Values];
            _runners.Clear();
        }

        runners.ForEach(runner => runner.Stop());
        await Task.WhenAll(runners.Select(runner => runner.Completion));
    }

    private void Ended(JobRunner runner)
    {
        lock (_gate)
        {
            if (_runners.GetValueOrDefault(runner.Key) == runner)
            {
                _runners.Remove(runner.Key);
                _log.Delete(runner.Key);
            }
        }
    }

    private static SchedulerMessage Answer(AnswerStatus status, string? text) => new(MessageKind.Answer) { Status = status, Text = text };
}
