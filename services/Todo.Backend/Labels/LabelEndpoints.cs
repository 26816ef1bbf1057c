using Todo.Backend.Http;
using Todo.Backend.OpenApi;

namespace Todo.Backend.Labels;

/// <summary>The REST API of one kind of label (docs/reference/rest-api.md).</summary>
/// <param name="kind">Categories or tags.</param>
/// <param name="path">Where the collection is.</param>
/// <param name="noun">One of them, as people say it.</param>
internal sealed class LabelEndpoints<TCommands, TQueries>(LabelKind kind, string path, string noun)
    where TCommands : LabelCommands
    where TQueries : LabelQueries
{
    private readonly Answer _notFound = Answer.Of(Problem.Of(StatusCodes.Status404NotFound, $"There is no such {noun}."));

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapApi(path, kind.Table);
        var name = char.ToUpperInvariant(noun[0]) + noun[1..];
        var plural = char.ToUpperInvariant(kind.Table[0]) + kind.Table[1..];
        group.Describe($"create{name}", $"Create a {noun}.", 201, typeof(NewLabel), typeof(LabelResponse), mayConflict: true).Post("", CreateAsync);
        group.Describe($"list{plural}", $"List all {kind.Table}, oldest first.", answer: typeof(LabelPage)).Get("", ListAsync);
        group.Describe($"get{name}", $"Read a {noun}.", answer: typeof(LabelResponse)).Get("/{id:long}", GetAsync);
        group.Describe($"update{name}", "Change what is given; null takes the colour away.", 200, typeof(LabelPatch), typeof(LabelResponse), mayConflict: true).Patch("/{id:long}", UpdateAsync);
        group.Describe($"delete{name}", $"Delete a {noun} and take it off its tasks.", 204).Delete("/{id:long}", DeleteAsync);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: true, context.RequestAborted);
        var input = LabelInputReader.Read(kind, body, isNew: true, out var errors);
        if (errors.Count > 0)
        {
            await context.RefuseAsync(errors);
            return;
        }

        await context.Service<ChangeExecutor>().ExecuteAsync(context, body, async (transaction, caller, cancellationToken) =>
        {
            var label = await context.Service<TCommands>().CreateAsync(transaction, caller.UserId, input, cancellationToken);
            return AnswerOf(StatusCodes.Status201Created, label, $"{path}/{label.Id}");
        });
    }

    private async Task UpdateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: true, context.RequestAborted);
        var input = LabelInputReader.Read(kind, body, isNew: false, out var errors);
        if (errors.Count > 0)
        {
            await context.RefuseAsync(errors);
            return;
        }

        await context.ChangeAsync(body, kind.Table, async (transaction, userId, id, cancellationToken) =>
            OkOrNotFound(await context.Service<TCommands>().UpdateAsync(transaction, userId, id, input, cancellationToken)));
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: false, context.RequestAborted);
        await context.ChangeAsync(body, kind.Table, async (transaction, userId, id, cancellationToken) =>
            await context.Service<TCommands>().DeleteAsync(transaction, userId, id, cancellationToken) is null ? _notFound : new Answer(StatusCodes.Status204NoContent));
    }

    private async Task GetAsync(HttpContext context) =>
        await OkOrNotFound(await context.Service<TQueries>().FindAsync(context.UserId(), context.Number(), context.RequestAborted)).WriteAsync(context);

    private static async Task ListAsync(HttpContext context)
    {
        var labels = await context.Service<TQueries>().ListAsync(context.UserId(), context.RequestAborted);
        await context.WriteAsync(new LabelPage([.. labels.Select(LabelResponse.Of)]), BackendJson.Plain.LabelPage);
    }

    private Answer OkOrNotFound(Label? label) => label is null ? _notFound : AnswerOf(StatusCodes.Status200OK, label);

    private static Answer AnswerOf(int status, Label label, string? location = null) =>
        Answer.Of(status, LabelResponse.Of(label), BackendJson.Plain.LabelResponse, label.Version, location);
}
