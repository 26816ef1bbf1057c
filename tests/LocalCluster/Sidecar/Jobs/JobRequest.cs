using System.Globalization;
using System.Text.Json;
using LocalCluster.Sidecar.Scheduler;

namespace LocalCluster.Sidecar.Jobs;

/// <summary>The body of a job call cannot be used (400).</summary>
internal sealed class JobRequestException(string code, string message) : Exception(message)
{
    public string Code => code;
}

/// <summary>Reads the body of <c>POST /v1.0/jobs/{name}</c>.</summary>
internal static class JobRequest
{
    private const string Malformed = "ERR_MALFORMED_REQUEST";

    /// <exception cref="JobRequestException">The body breaks a rule of the Jobs API.</exception>
    public static (JobDefinition Job, bool Overwrite) Read(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Read(json.RootElement);
        }
        catch (JsonException error)
        {
            throw new JobRequestException(Malformed, "failed to unmarshal request: " + error.Message);
        }
    }

    private static (JobDefinition Job, bool Overwrite) Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JobRequestException(Malformed, "the body is not an object");
        }

        if (Text(json, "name") is not null)
        {
            throw new JobRequestException("DAPR_SCHEDULER_JOB_NAME", "the name of the job must not be in the body");
        }

        var (schedule, due) = (Text(json, "schedule"), Text(json, "dueTime"));
        if (schedule is null && due is null)
        {
            throw new JobRequestException("DAPR_SCHEDULER_SCHEDULE_EMPTY", "Schedule or DueTime is required");
        }

        var job = new JobDefinition(
            schedule,
            due,
            Repeats(json),
            Text(json, "ttl"),
            json.TryGetProperty("data", out var data) && data.ValueKind != JsonValueKind.Null ? data.GetRawText() : null,
            Policy(json));
        return (job, json.TryGetProperty("overwrite", out var overwrite) && overwrite.ValueKind == JsonValueKind.True);
    }

    private static uint? Repeats(JsonElement json)
    {
        if (!json.TryGetProperty("repeats", out var repeats) || repeats.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return repeats.ValueKind == JsonValueKind.Number && repeats.TryGetUInt32(out var value) && value > 0
            ? value
            : throw new JobRequestException(Malformed, "invalid value for repeats: not a positive number");
    }

    private static FailurePolicy? Policy(JsonElement json)
    {
        if (!json.TryGetProperty("failurePolicy", out var policy) || policy.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (policy.TryGetProperty("drop", out _))
        {
            return new FailurePolicy(true, TimeSpan.Zero, 0);
        }

        if (!policy.TryGetProperty("constant", out var constant) || constant.ValueKind != JsonValueKind.Object)
        {
            throw new JobRequestException(Malformed, "failurePolicy must be drop or constant");
        }

        var interval = Text(constant, "interval") is { } text ? ProtobufDuration(text) : TimeSpan.Zero;
        int? retries = constant.TryGetProperty("maxRetries", out var max) && max.ValueKind == JsonValueKind.Number && max.TryGetInt32(out var count) ? count : null;
        return new FailurePolicy(false, interval, retries);
    }

    /// <summary>Seconds with an "s", as protobuf writes them: "2s", "0.5s". Go's "500ms" is refused.</summary>
    private static TimeSpan ProtobufDuration(string text) =>
        text.EndsWith('s') && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : throw new JobRequestException(Malformed, $"invalid google.protobuf.Duration value \"{text}\"");

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
