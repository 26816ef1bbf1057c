using Npgsql;
using Todo.Backend.Http;
using Todo.Backend.OpenApi;
using Todo.Backend.Rules;
using Todo.Contracts.Payloads;

namespace Todo.Backend.Tasks;

/// <summary>The REST API of tasks (docs/reference/rest-api.md).</summary>
internal static class TaskEndpoints
{
    private const string Path = "/api/v1/tasks";
    private const string Table = "tasks";

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapApi(Path, "tasks");
        tasks.Describe("createTask", "Create a task.", 201, body: typeof(NewTask), answer: typeof(TaskResponse)).Post("", CreateAsync);
        tasks.Describe("listTasks", "List tasks, filtered and sorted, page by page.", answer: typeof(TaskPage), query: TaskListQueryReader.Parameters).Get("", ListAsync);
        tasks.Describe("getTask", "Read a task.", answer: typeof(TaskResponse)).Get("/{id:long}", GetAsync);
        tasks.Describe("updateTask", "Change what is given; null takes a value away.", body: typeof(TaskPatch), answer: typeof(TaskResponse)).Patch("/{id:long}", UpdateAsync);
        tasks.Describe("completeTask", "Complete a task; of a recurring one the next is created.", answer: typeof(TaskResponse))
            .Post("/{id:long}/complete", context => ChangeOneAsync(context, context.Service<TaskCommands>().CompleteAsync));
        tasks.Describe("reopenTask", "Open a completed task again.", answer: typeof(TaskResponse))
            .Post("/{id:long}/reopen", context => ChangeOneAsync(context, context.Service<TaskCommands>().ReopenAsync));
        tasks.Describe("deleteTask", "Delete a task.", 204).Delete("/{id:long}", DeleteAsync);
        tasks.Describe("addTag", "Stick a tag on a task.", answer: typeof(TaskResponse), mayConflict: true)
            .Put("/{id:long}/tags/{tagId:long}", context => ChangeTagAsync(context, context.Service<TaskCommands>().AddTagAsync));
        tasks.Describe("removeTag", "Take a tag off a task.", answer: typeof(TaskResponse))
            .Delete("/{id:long}/tags/{tagId:long}", context => ChangeTagAsync(context, context.Service<TaskCommands>().RemoveTagAsync));
    }

    private static async Task CreateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: true, context.RequestAborted);
        var input = TaskInputReader.Read(body, isNew: true, out var errors);
        if (errors.Count > 0)
        {
            await context.RefuseAsync(errors);
            return;
        }

        await context.Service<ChangeExecutor>().ExecuteAsync(context, body, async (transaction, caller, cancellationToken) =>
        {
            var task = await context.Service<TaskCommands>().CreateAsync(transaction, caller.UserId, input, cancellationToken);
            return Answer.Of(StatusCodes.Status201Created, TaskResponse.Of(task), $"{Path}/{task.Id}");
        });
    }

    private static async Task UpdateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: true, context.RequestAborted);
        var input = TaskInputReader.Read(body, isNew: false, out var errors);
        if (errors.Count > 0)
        {
            await context.RefuseAsync(errors);
            return;
        }

        await context.ChangeAsync(body, Table, async (transaction, userId, id, cancellationToken) =>
            OkOrNotFound(await context.Service<TaskCommands>().UpdateAsync(transaction, userId, id, input, cancellationToken)));
    }

    private static async Task ChangeOneAsync(HttpContext context, Func<NpgsqlTransaction, string, long, CancellationToken, Task<TaskSnapshot?>> change)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: false, context.RequestAborted);
        await context.ChangeAsync(body, Table, async (transaction, userId, id, cancellationToken) => OkOrNotFound(await change(transaction, userId, id, cancellationToken)));
    }

    private static async Task ChangeTagAsync(HttpContext context, Func<NpgsqlTransaction, string, long, long, CancellationToken, Task<TagChange?>> change)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: false, context.RequestAborted);
        await context.ChangeAsync(body, Table, async (transaction, userId, id, cancellationToken) =>
        {
            try
            {
                return OkOrNotFound((await change(transaction, userId, id, context.Number("tagId"), cancellationToken))?.Task);
            }
            catch (RefusedException e) when (e.Refusal.Kind == RefusalKind.NoSuchObject)
            {
                // The tag is in the path, so its absence is the resource's.
                return Answer.Of(Problem.Of(StatusCodes.Status404NotFound, e.Refusal.Message));
            }
        });
    }

    private static async Task DeleteAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: false, context.RequestAborted);
        await context.ChangeAsync(body, Table, async (transaction, userId, id, cancellationToken) =>
            await context.Service<TaskCommands>().DeleteAsync(transaction, userId, id, cancellationToken) is null ? Answer.NoTask : new Answer(StatusCodes.Status204NoContent));
    }

    private static async Task GetAsync(HttpContext context) =>
        await OkOrNotFound(await context.Service<TaskQueries>().FindAsync(context.UserId(), context.Number(), context.RequestAborted)).WriteAsync(context);

    private static async Task ListAsync(HttpContext context)
    {
        var query = TaskListQueryReader.Read(context.Request.Query, out var errors);
        if (errors.Count > 0)
        {
            await context.RefuseAsync(errors);
            return;
        }

        await context.WriteAsync(await context.Service<TaskQueries>().ListAsync(context.UserId(), query, context.RequestAborted), BackendJson.Plain.TaskPage);
    }

    private static Answer OkOrNotFound(TaskSnapshot? task) => task is null ? Answer.NoTask : Answer.Of(StatusCodes.Status200OK, TaskResponse.Of(task));
}
