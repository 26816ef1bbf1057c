using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Todo.Backend.Http;

namespace Todo.Backend.OpenApi;

/// <summary>One operation of the document, from the route, its method and its <see cref="RouteDescription"/>: what they all have in common is written here once.</summary>
internal static class OperationDescriber
{
    public static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var route = context.Description.ActionDescriptor.EndpointMetadata.OfType<RouteDescription>().Single();
        var isRead = context.Description.HttpMethod == HttpMethods.Get;
        var names = context.Description.RelativePath!.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}').Split(':')[0]).ToList();
        operation.Summary = route.Summary;
        operation.Parameters = [.. names.Select(InPath), .. route.Query.Select(InQuery), .. Headers(isRead, names.Count > 0)];
        if (route.Body is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = await ContentAsync("application/json", body, context, cancellationToken) };
        }

        operation.Responses = [];
        var success = new OpenApiResponse { Description = ReasonPhrases.GetReasonPhrase(route.Status) };
        if (route.Answer is { } answer)
        {
            success.Content = await ContentAsync("application/json", answer, context, cancellationToken);
        }

        operation.Responses.Add(Text(route.Status), success);
        foreach (var status in Problems(route, isRead, names.Count > 0))
        {
            operation.Responses.Add(Text(status), new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(status),
                Content = await ContentAsync(Problem.ContentType, typeof(Problem), context, cancellationToken),
            });
        }
    }

    private static IEnumerable<int> Problems(RouteDescription route, bool isRead, bool isOne)
    {
        int?[] statuses =
        [
            route.Body is not null || route.Query.Count > 0 || !isRead ? 400 : null,
            401,
            isOne ? 404 : null,
            route.MayConflict ? 409 : null,
            !isRead && isOne ? 412 : null,
            !isRead ? 413 : null,
            route.Body is not null ? 415 : null,
            !isRead ? 422 : null,
            429,
            503,
        ];
        return statuses.OfType<int>();
    }

    private static IEnumerable<OpenApiParameter> Headers(bool isRead, bool isOne)
    {
        if (!isRead)
        {
            yield return Header("Idempotency-Key", "1 to 200 visible ASCII characters: repeated, the request has no second effect and the same answer.");
        }

        if (isOne)
        {
            yield return isRead
                ? Header("If-None-Match", "ETags that are known: 304 when the object still has one of them.")
                : Header("If-Match", "ETags: 412 when the object has none of them.");
        }
    }

    private static OpenApiParameter Header(string name, string description) =>
        new() { Name = name, In = ParameterLocation.Header, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiParameter InPath(string name) => new() { Name = name, In = ParameterLocation.Path, Required = true, Schema = Number() };

    private static OpenApiParameter InQuery(QueryParameter parameter)
    {
        var one = parameter.IsNumber ? Number() : new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Format = parameter.IsTime ? "date-time" : null,
            Enum = parameter.Choices?.Select(choice => (System.Text.Json.Nodes.JsonNode)choice).ToList(),
        };
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Description,
            Schema = parameter.IsList ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one } : one,
        };
    }

    private static OpenApiSchema Number() => new() { Type = JsonSchemaType.Integer, Format = "int64" };

    /// <summary>Each form is in the document once, under its name.</summary>
    private static async Task<Dictionary<string, OpenApiMediaType>> ContentAsync(
        string mediaType, Type type, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(type.Name) != true)
        {
            document.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellationToken));
        }

        return new() { [mediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(type.Name, document) } };
    }

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
