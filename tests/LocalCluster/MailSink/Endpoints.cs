using System.Globalization;
using LocalCluster.MailSink.Mails;
using LocalCluster.MailSink.Smtp;

namespace LocalCluster.MailSink;

/// <summary>The HTTP side: what arrived, and how to misbehave.</summary>
internal static class Endpoints
{
    public static void MapMailSink(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok"));
        routes.MapGet("/mails", (HttpRequest request, MailStore store) =>
            Filter(request.Query) is { } filter ? Results.Json(store.Find(filter), MailJson.Default.ListMail) : BadFilter());
        routes.MapGet("/mails/count", (HttpRequest request, MailStore store) =>
            Filter(request.Query) is { } filter ? Results.Json(new MailCount(store.Find(filter).Count), MailJson.Default.MailCount) : BadFilter());
        routes.MapDelete("/mails", (MailStore store) =>
        {
            store.Clear();
            return Results.NoContent();
        });
        routes.MapGet("/failure", (FailureSwitch failures) => Results.Json(failures.Current, MailJson.Default.Failure));
        routes.MapPut("/failure", (Failure failure, FailureSwitch failures) =>
        {
            if (failure.Problem() is { } problem)
            {
                return Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
            }

            failures.Current = failure;
            return Results.Json(failure, MailJson.Default.Failure);
        });
    }

    private static IResult BadFilter() =>
        Results.Problem("since is an id or an RFC 3339 time, limit a number above 0", statusCode: StatusCodes.Status400BadRequest);

    private static MailFilter? Filter(IQueryCollection query)
    {
        var afterId = 0L;
        DateTimeOffset? since = null;
        var limit = int.MaxValue;
        if (Value(query, "since") is { } text)
        {
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) && !long.TryParse(text, CultureInfo.InvariantCulture, out _))
            {
                since = moment;
            }
            else if (!long.TryParse(text, CultureInfo.InvariantCulture, out afterId))
            {
                return null;
            }
        }

        if (Value(query, "limit") is { } max && (!int.TryParse(max, CultureInfo.InvariantCulture, out limit) || limit < 1))
        {
            return null;
        }

        return new MailFilter(afterId, since, Value(query, "to"), Value(query, "subject"), Value(query, "reminder"), limit);
    }

    private static string? Value(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } value, ..] ? value : null;
}
