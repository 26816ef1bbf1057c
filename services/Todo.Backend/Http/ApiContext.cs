using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Npgsql;
using Todo.Backend.Security;

namespace Todo.Backend.Http;

/// <summary>What the handlers of the API have in common.</summary>
internal static class ApiContext
{
    public static T Service<T>(this HttpContext context)
        where T : notnull => context.RequestServices.GetRequiredService<T>();

    public static string UserId(this HttpContext context) => Caller.Of(context.User).UserId;

    /// <summary>A number in the path, which the route's constraint has parsed once already.</summary>
    public static long Number(this HttpContext context, string name = "id") => long.Parse((string)context.Request.RouteValues[name]!, CultureInfo.InvariantCulture);

    /// <summary>Writes an object that has no version of its own.</summary>
    public static Task WriteAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> type) => Answer.Of(StatusCodes.Status200OK, value, type, version: null).WriteAsync(context);

    public static Task RefuseAsync(this HttpContext context, IReadOnlyDictionary<string, string[]> errors) => Answer.Of(Problem.Invalid(errors)).WriteAsync(context);

    /// <summary>Runs a change of one object, named by <c>id</c> in the path, unless If-Match forbids it.</summary>
    public static Task ChangeAsync(
        this HttpContext context, byte[] body, string table, Func<NpgsqlTransaction, string, long, CancellationToken, Task<Answer>> change) =>
        context.Service<ChangeExecutor>().ExecuteAsync(context, body, async (transaction, caller, cancellationToken) =>
            await Precondition.FailureAsync(context, transaction, table, caller.UserId, context.Number(), cancellationToken)
            ?? await change(transaction, caller.UserId, context.Number(), cancellationToken));
}
