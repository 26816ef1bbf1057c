using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Messaging.Hosting;
using Todo.Messaging.Transports.Dapr;

namespace Todo.Messaging.Jobs;

/// <summary>
/// One recurring job in Dapr's scheduler, which calls <c>POST /job/{name}</c> of any pod of the app, at least once per tick. A pod with
/// <c>USE_DAPR=true</c> creates it at start, unless it was stopped on request; that is remembered in the database, so a restarted pod does not undo it.
/// </summary>
internal sealed partial class DaprJob(
    DaprJobOptions job, ServiceOptions options, ServiceState state, DaprSidecar sidecar, NpgsqlDataSource database, TimeProvider time, ILogger<DaprJob> log)
    : BackgroundService
{
    public const string Scheduled = "scheduled";
    public const string Absent = "absent";

    private const string Stopped = "stopped";

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <returns>False when the sidecar did not take it.</returns>
    public async Task<bool> StartJobAsync(CancellationToken cancellationToken)
    {
        // The interval of a retry is in the form of a protobuf duration: Dapr refuses "2000ms".
        var body = new JsonObject
        {
            ["schedule"] = FormattableString.Invariant($"@every {job.Interval.TotalSeconds}s"),
            ["dueTime"] = "0s",
            ["overwrite"] = true,
            ["failurePolicy"] = new JsonObject { ["constant"] = new JsonObject { ["interval"] = "2s", ["maxRetries"] = 3 } },
        };
        return await AskAsync(HttpMethod.Post, JsonContent.Create(body), cancellationToken) && await RememberAsync(Scheduled, cancellationToken);
    }

    /// <returns>False when the sidecar did not answer.</returns>
    public async Task<bool> StopJobAsync(CancellationToken cancellationToken) =>
        await AskAsync(HttpMethod.Delete, null, cancellationToken) && await RememberAsync(Stopped, cancellationToken);

    public async Task<string> StateAsync(CancellationToken cancellationToken) =>
        await RecordedAsync(cancellationToken) == Scheduled ? Scheduled : Absent;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.UseDapr)
        {
            return;
        }

        try
        {
            await state.Started.WaitAsync(stoppingToken);
            while (!await TryCreateAtStartAsync(stoppingToken))
            {
                await Task.Delay(RetryInterval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next pod does it.
        }
    }

    private async Task<bool> TryCreateAtStartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await RecordedAsync(cancellationToken) == Stopped)
            {
                NotStarted(log, job.Name);
                return true;
            }

            return await sidecar.IsReadyAsync(cancellationToken) && await StartJobAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            Refused(log, job.Name, e.Message);
            return false;
        }
    }

    private async Task<bool> AskAsync(HttpMethod method, HttpContent? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"/v1.0/jobs/{job.Name}", UriKind.Relative)) { Content = body };
            using var response = await sidecar.Http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                Done(log, job.Name, method);
                return true;
            }

            Refused(log, job.Name, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
        catch (HttpRequestException e)
        {
            Refused(log, job.Name, e.Message);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            Refused(log, job.Name, e.Message);
        }

        return false;
    }

    private async Task<bool> RememberAsync(string value, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            insert into messaging.jobs (name, state) values ($1, $2)
            on conflict (name) do update set state = excluded.state, changed_at = clock_timestamp()
            """);
        command.Parameters.Add(new() { Value = job.Name });
        command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    private async Task<string> RecordedAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select state from messaging.jobs where name = $1");
        command.Parameters.Add(new() { Value = job.Name });
        return await command.ExecuteScalarAsync(cancellationToken) as string ?? Absent;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Name}: the sidecar took {Method}")]
    private static partial void Done(ILogger logger, string name, HttpMethod method);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Name} was stopped on request and is not created")]
    private static partial void NotStarted(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Name}: {Reason}")]
    private static partial void Refused(ILogger logger, string name, string reason);
}

/// <param name="Interval">Time between two ticks, whole seconds or fractions.</param>
internal sealed record DaprJobOptions(string Name, TimeSpan Interval);
