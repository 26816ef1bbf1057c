using Todo.Backend.Security;

namespace Todo.Backend.OpenApi;

/// <summary>Maps routes of the API, each with its description: what is not described can't be mapped here.</summary>
internal static class ApiRoutes
{
    /// <summary>A group of routes for users only.</summary>
    /// <param name="tag">Under which the document shows them.</param>
    public static ApiGroup MapApi(this IEndpointRouteBuilder routes, string path, string tag) => new(routes.MapGroup(path).RequireAuthorization().RequireRateLimiting(RateLimit.Policy).WithTags(tag));
}

/// <summary>Routes below one path.</summary>
internal sealed class ApiGroup(RouteGroupBuilder group)
{
    /// <param name="id">operationId: unique in the document.</param>
    /// <param name="status">Of a success.</param>
    /// <param name="body">Form of the request's body; null: none.</param>
    /// <param name="answer">Form of a success' body; null: none.</param>
    public ApiRoute Describe(
        string id, string summary, int status = StatusCodes.Status200OK, Type? body = null, Type? answer = null, IReadOnlyList<QueryParameter>? query = null, bool mayConflict = false) =>
        new(group, new RouteDescription(id, summary, status, body, answer, query ?? [], mayConflict));
}

/// <summary>One route, described and to be mapped.</summary>
internal sealed class ApiRoute(RouteGroupBuilder group, RouteDescription description)
{
    public void Get(string pattern, RequestDelegate handler) => Map(HttpMethods.Get, pattern, handler);

    public void Post(string pattern, RequestDelegate handler) => Map(HttpMethods.Post, pattern, handler);

    public void Put(string pattern, RequestDelegate handler) => Map(HttpMethods.Put, pattern, handler);

    public void Patch(string pattern, RequestDelegate handler) => Map(HttpMethods.Patch, pattern, handler);

    public void Delete(string pattern, RequestDelegate handler) => Map(HttpMethods.Delete, pattern, handler);

    // The method is what the API explorer recognises a route by.
    private void Map(string method, string pattern, RequestDelegate handler) =>
        group.MapMethods(pattern, [method], handler).WithName(description.Id).WithMetadata(description, handler.Method);
}

/// <summary>What the OpenAPI document says of a route beyond its path.</summary>
/// <param name="MayConflict">Its change may be refused because of what else the user has.</param>
internal sealed record RouteDescription(string Id, string Summary, int Status, Type? Body, Type? Answer, IReadOnlyList<QueryParameter> Query, bool MayConflict);

/// <summary>A parameter of the query.</summary>
/// <param name="Choices">The values that it takes; null: any.</param>
internal sealed record QueryParameter(string Name, string Description, IReadOnlyList<string>? Choices = null, bool IsNumber = false, bool IsTime = false, bool IsList = false);
