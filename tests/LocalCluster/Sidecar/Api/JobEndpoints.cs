using System.Text.Json;
using LocalCluster.Sidecar.Jobs;
using LocalCluster.Sidecar.Scheduler;
using LocalCluster.Sidecar.Scheduler.Protocol;

namespace LocalCluster.Sidecar.Api;

/// <summary><c>/v1.0/jobs/{name}</c>: POST, GET and DELETE, nothing else, and no list.</summary>
internal sealed class JobEndpoints(ApiContext api)
{
    /// <summary>How long a call waits for a scheduler that is not there.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var version in new[] { "v1.0", "v1.0-alpha1" })
        {
            routes.MapPost($"/{version}/jobs/{{name}}", ScheduleAsync);
            routes.MapGet($"/{version}/jobs/{{name}}", GetAsync);
            routes.MapDelete($"/{version}/jobs/{{name}}", DeleteAsync);
            // Another verb is no method error: it is taken for a service invocation.
            routes.MapMethods($"/{version}/jobs/{{name}}", ["PUT", "PATCH"], DirectInvoke.NotFoundAsync);
        }
    }

    private async Task ScheduleAsync(HttpContext context)
    {
        try
        {
            var (job, overwrite) = JobRequest.Read(await RequestBody.ReadAsync(context));
            var call = new SchedulerMessage(MessageKind.Schedule) { Name = RequestBody.Route(context, "name"), Job = job, Overwrite = overwrite };
            if (await CallAsync(context, call, "DAPR_SCHEDULER_SCHEDULE_JOB") is not null)
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
        }
        catch (JobRequestException error)
        {
            await ApiError.WriteAsync(context, 400, error.Code, error.Message);
        }
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var call = new SchedulerMessage(MessageKind.Delete) { Name = RequestBody.Route(context, "name") };
        if (await CallAsync(context, call, "DAPR_SCHEDULER_DELETE_JOB") is not null)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private async Task GetAsync(HttpContext context)
    {
        var name = RequestBody.Route(context, "name");
        var answer = await CallAsync(context, new SchedulerMessage(MessageKind.Get) { Name = name }, "DAPR_SCHEDULER_GET_JOB");
        if (answer?.Job is not { } job)
        {
            return;
        }

        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("name", name);
        WriteText(json, "schedule", job.Schedule);
        WriteText(json, "dueTime", job.DueTime);
        WriteText(json, "ttl", job.TimeToLive);
        if (job.Repeats is { } repeats)
        {
            json.WriteNumber("repeats", repeats);
        }

        if (job.Data is { } data)
        {
            // Read back in the wrapping that Dapr stores it in; the app is called with the bare data.
            json.WriteStartObject("data");
            json.WriteString("@type", "type.googleapis.com/google.protobuf.Value");
            json.WritePropertyName("value");
            json.WriteRawValue(data);
            json.WriteEndObject();
        }

        WritePolicy(json, job.FailurePolicy ?? FailurePolicy.Default);
        json.WriteEndObject();
    }

    /// <returns>Null when the error has been written.</returns>
    private async Task<SchedulerMessage?> CallAsync(HttpContext context, SchedulerMessage call, string code)
    {
        if (api.Scheduler is not { } scheduler)
        {
            await ApiError.WriteAsync(context, 500, code, "scheduler is not configured");
            return null;
        }

        SchedulerMessage answer;
        try
        {
            answer = await scheduler.CallAsync(call, Limit, context.RequestAborted);
        }
        catch (TimeoutException late)
        {
            await ApiError.WriteAsync(context, 504, code, $"job {call.Name}: {late.Message}");
            return null;
        }

        if (answer.Status == AnswerStatus.Ok)
        {
            return answer;
        }

        // Unknown names and bad schedules are 500 in Dapr: only an existing job has a code of its own.
        await ApiError.WriteAsync(context, answer.Status == AnswerStatus.Exists ? 409 : 500, code, answer.Text ?? "");
        return null;
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WritePolicy(Utf8JsonWriter json, FailurePolicy policy)
    {
        json.WriteStartObject("failurePolicy");
        json.WriteStartObject(policy.Drop ? "drop" : "constant");
        if (!policy.Drop)
        {
            json.WriteString("interval", FormattableString.Invariant($"{policy.Interval.TotalSeconds}s"));
            if (policy.MaxRetries is { } retries)
            {
                json.WriteNumber("maxRetries", retries);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
