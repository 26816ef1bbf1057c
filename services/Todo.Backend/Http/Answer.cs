using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Todo.Backend.Tasks;

namespace Todo.Backend.Http;

/// <summary>A finished answer: what an Idempotency-Key stores and repeats.</summary>
/// <param name="ETag">Of the object in the body, with its quotes.</param>
internal sealed record Answer(int Status, string? Location = null, byte[]? Body = null, string? ETag = null)
{
    /// <summary>Only a success has changed something and is committed and remembered.</summary>
    public bool IsSuccess => Status < 300;

    public static Answer NoTask { get; } = Of(Problem.Of(StatusCodes.Status404NotFound, "There is no such task."));

    public static Answer Of(int status, TaskResponse task, string? location = null) => Of(status, task, BackendJson.Plain.TaskResponse, task.Version, location);

    public static Answer Of(Problem problem) => new(problem.Status, null, JsonSerializer.SerializeToUtf8Bytes(problem, BackendJson.Plain.Problem));

    /// <param name="version">Of the object, for its ETag; null for what has none.</param>
    public static Answer Of<T>(int status, T value, JsonTypeInfo<T> type, long? version, string? location = null) =>
        new(status, location, JsonSerializer.SerializeToUtf8Bytes(value, type), version is { } number ? Precondition.ETagOf(number) : null);

    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (ETag is not null)
        {
            response.Headers.ETag = ETag;
            if (Precondition.IsKnown(context.Request, ETag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        if (Body is not null)
        {
            response.ContentType = IsSuccess ? "application/json; charset=utf-8" : Problem.ContentType;
            response.ContentLength = Body.Length;
            await response.Body.WriteAsync(Body, context.RequestAborted);
        }
    }
}
