using System.Globalization;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Todo.Backend.Http;

/// <summary>
/// RFC 9110, 13.1: changes on condition of a version. The ETag of an object is its version; If-Match is looked at in the change's own transaction, under the row's lock.
/// </summary>
internal static class Precondition
{
    public static string ETagOf(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Whether a GET asks for nothing newer than this.</summary>
    public static bool IsKnown(HttpRequest request, string etag) =>
        HttpMethods.IsGet(request.Method)
        && EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(tag => tag.Compare(EntityTagHeaderValue.Parse(etag), useStrongComparison: false) || tag.Equals(EntityTagHeaderValue.Any));

    /// <param name="table">Of the object: a name of ours, never of the caller's.</param>
    /// <returns>Null: the change may go on. An object that does not exist fails no condition; the change says so itself.</returns>
    public static async Task<Answer?> FailureAsync(
        HttpContext context, NpgsqlTransaction transaction, string table, string userId, long id, CancellationToken cancellationToken)
    {
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return null;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(header, out var wanted))
        {
            return Answer.Of(Problem.Invalid(HeaderNames.IfMatch, "The ETag of an answer, with its quotes, or *."));
        }

        await using var command = new NpgsqlCommand($"select version from {table} where id = $1 and user_id = $2 for update", transaction.Connection, transaction)
        {
            Parameters = { new() { Value = id }, new() { Value = userId } },
        };
        if (await command.ExecuteScalarAsync(cancellationToken) is not long version)
        {
            return null;
        }

        var current = EntityTagHeaderValue.Parse(ETagOf(version));
        return wanted.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: true))
            ? null
            : Answer.Of(Problem.Of(StatusCodes.Status412PreconditionFailed, $"It has changed since: its ETag is {current} now. Read it again."));
    }
}
