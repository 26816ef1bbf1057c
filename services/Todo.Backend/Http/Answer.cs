using System.Text.Json;

namespace Todo.Backend.Http;

/// <summary>A finished answer: what an Idempotency-Key stores and repeats.</summary>
internal sealed record Answer(int Status, string? Location = null, byte[]? Body = null)
{
    /// <summary>Only a success has changed something and is committed and remembered.</summary>
    public bool IsSuccess => Status < 300;

    public static Answer Of(int status, Tasks.TaskResponse task, string? location = null) =>
        new(status, location, JsonSerializer.SerializeToUtf8Bytes(task, BackendJson.Plain.TaskResponse));

    public static Answer Of(Problem problem) => new(problem.Status, null, JsonSerializer.SerializeToUtf8Bytes(problem, BackendJson.Plain.Problem));

    public static Answer NotFound { get; } = Of(Problem.Of(StatusCodes.Status404NotFound, "There is no such task."));

    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (Body is not null)
        {
            response.ContentType = IsSuccess ? "application/json; charset=utf-8" : Problem.ContentType;
            response.ContentLength = Body.Length;
            await response.Body.WriteAsync(Body, context.RequestAborted);
        }
    }
}
