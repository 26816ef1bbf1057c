using System.Globalization;
using Todo.Backend.Http;
using Todo.Backend.OpenApi;

namespace Todo.Backend.Search;

/// <summary>Full-text search over REST (docs/reference/rest-api.md).</summary>
internal static class SearchEndpoints
{
    private static readonly QueryParameter[] Parameters =
    [
        new("q", "Words, \"phrases\", or, -not; up to 200 characters. Empty: every task, newest first."),
        new("limit", "1 to 100; 50 when left out.", IsNumber: true),
        new("cursor", "nextCursor of the page before."),
    ];

    public static void MapSearch(this IEndpointRouteBuilder routes) => routes.MapApi("/api/v1/tasks/search", "tasks")
        .Describe("searchTasks", "Search titles and descriptions, best match first.", answer: typeof(SearchPage), query: Parameters).Get("", SearchAsync);

    private static async Task SearchAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var errors = new Dictionary<string, string[]>();
        var text = query["q"].ToString();
        if (text.EnumerateRunes().Count() > TaskSearch.MaxQuery || text.Contains('\0'))
        {
            errors["q"] = [$"At most {TaskSearch.MaxQuery} characters."];
        }

        var limit = TaskSearch.DefaultLimit;
        if (query["limit"].ToString() is { Length: > 0 } number
            && !(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= TaskSearch.MaxLimit))
        {
            errors["limit"] = [$"A whole number from 1 to {TaskSearch.MaxLimit}."];
        }

        SearchCursor? after = null;
        if (query["cursor"].ToString() is { Length: > 0 } cursor)
        {
            if (SearchCursor.TryParse(cursor, out var parsed))
            {
                after = parsed;
            }
            else
            {
                errors["cursor"] = ["Give back nextCursor of the page before."];
            }
        }

        if (errors.Count > 0)
        {
            await context.RefuseAsync(errors);
            return;
        }

        await context.WriteAsync(await context.Service<TaskSearch>().SearchAsync(context.UserId(), text, after, limit, context.RequestAborted), BackendJson.Plain.SearchPage);
    }
}
