using Npgsql;
using Todo.Backend.Http;
using Todo.Backend.Security;
using Todo.Contracts.Payloads;

namespace Todo.Backend.Tasks;

/// <summary>The REST API of tasks (docs/reference/rest-api.md).</summary>
internal static class TaskEndpoints
{
    private const string Path = "/api/v1/tasks";

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapGroup(Path).RequireAuthorization();
        tasks.MapPost("", CreateAsync);
        tasks.MapGet("", ListAsync);
        tasks.MapGet("/{id:long}", GetAsync);
        tasks.MapPatch("/{id:long}", UpdateAsync);
        tasks.MapPost("/{id:long}/complete", context => ChangeOneAsync(context, Commands(context).CompleteAsync));
        tasks.MapPost("/{id:long}/reopen", context => ChangeOneAsync(context, Commands(context).ReopenAsync));
        tasks.MapDelete("/{id:long}", DeleteAsync);
    }

    private static async Task CreateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: true, context.RequestAborted);
        var input = TaskInputReader.Read(body, isNew: true, out var errors);
        if (errors.Count > 0)
        {
            await Answer.Of(Problem.Invalid(errors)).WriteAsync(context);
            return;
        }

        await Executor(context).ExecuteAsync(context, body, async (transaction, caller, cancellationToken) =>
        {
            var task = await Commands(context).CreateAsync(transaction, caller.UserId, input, cancellationToken);
            return Answer.Of(StatusCodes.Status201Created, TaskResponse.Of(task), $"{Path}/{task.Id}");
        });
    }

    private static async Task UpdateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: true, context.RequestAborted);
        var input = TaskInputReader.Read(body, isNew: false, out var errors);
        if (errors.Count > 0)
        {
            await Answer.Of(Problem.Invalid(errors)).WriteAsync(context);
            return;
        }

        await Executor(context).ExecuteAsync(context, body, async (transaction, caller, cancellationToken) =>
            OkOrNotFound(await Commands(context).UpdateAsync(transaction, caller.UserId, Id(context), input, cancellationToken)));
    }

    private static async Task ChangeOneAsync(HttpContext context, Func<NpgsqlTransaction, string, long, CancellationToken, Task<TaskSnapshot?>> change)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: false, context.RequestAborted);
        await Executor(context).ExecuteAsync(context, body, async (transaction, caller, cancellationToken) =>
            OkOrNotFound(await change(transaction, caller.UserId, Id(context), cancellationToken)));
    }

    private static async Task DeleteAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: false, context.RequestAborted);
        await Executor(context).ExecuteAsync(context, body, async (transaction, caller, cancellationToken) =>
            await Commands(context).DeleteAsync(transaction, caller.UserId, Id(context), cancellationToken) is null
                ? Answer.NotFound
                : new Answer(StatusCodes.Status204NoContent));
    }

    private static async Task GetAsync(HttpContext context)
    {
        var task = await Queries(context).FindAsync(Caller.Of(context.User).UserId, Id(context), context.RequestAborted);
        await OkOrNotFound(task).WriteAsync(context);
    }

    private static async Task ListAsync(HttpContext context)
    {
        var query = TaskListQueryReader.Read(context.Request.Query, out var errors);
        if (errors.Count > 0)
        {
            await Answer.Of(Problem.Invalid(errors)).WriteAsync(context);
            return;
        }

        var page = await Queries(context).ListAsync(Caller.Of(context.User).UserId, query, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(page, BackendJson.Plain.TaskPage, cancellationToken: context.RequestAborted);
    }

    private static Answer OkOrNotFound(TaskSnapshot? task) => task is null ? Answer.NotFound : Answer.Of(StatusCodes.Status200OK, TaskResponse.Of(task));

    // The route's constraint has parsed it once already.
    private static long Id(HttpContext context) => long.Parse((string)context.Request.RouteValues["id"]!, System.Globalization.CultureInfo.InvariantCulture);

    private static ChangeExecutor Executor(HttpContext context) => context.RequestServices.GetRequiredService<ChangeExecutor>();

    private static TaskCommands Commands(HttpContext context) => context.RequestServices.GetRequiredService<TaskCommands>();

    private static TaskQueries Queries(HttpContext context) => context.RequestServices.GetRequiredService<TaskQueries>();
}
