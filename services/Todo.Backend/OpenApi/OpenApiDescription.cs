using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Todo.Backend.OpenApi;

/// <summary>The document at <c>/openapi/v1.json</c>, made from the routes and their <see cref="RouteDescription"/>s.</summary>
internal static class OpenApiDescription
{
    private const string Bearer = "bearer";

    public static void AddOpenApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.ShouldInclude = route => route.ActionDescriptor.EndpointMetadata.OfType<RouteDescription>().Any();
        options.AddSchemaTransformer(Correct);
        options.AddOperationTransformer(OperationDescriber.DescribeAsync);
        options.AddDocumentTransformer(DescribeDocument);
    });

    public static void MapOpenApiDescription(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json");

    private static Task DescribeDocument(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Todo",
            Version = "v1",
            Description = "Tasks, categories, tags and search of the user whose token it is. What another user has does not exist here.",
        };
        // Whatever address it was asked at: behind an ingress that is not the one to use.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, BearerFormat = "JWT", Description = "The user is the claim sub." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        return Task.CompletedTask;
    }

    /// <summary>What the generator does not know of our forms: choices, that a number is no text here, and that a field without a value may be left out of an answer.</summary>
    private static Task Correct(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var attributes = context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: false);
        if (attributes is [AllowedValuesAttribute choices])
        {
            schema.Enum = [.. choices.Values.OfType<string>().Select(text => (JsonNode)text)];
        }

        if (schema.Type is { } type && type.HasFlag(JsonSchemaType.Integer) && type.HasFlag(JsonSchemaType.String))
        {
            schema.Type = type & ~JsonSchemaType.String;
            schema.Pattern = null;
        }

        foreach (var property in context.JsonTypeInfo.Properties.Where(p => p.ShouldSerialize is not null))
        {
            schema.Required?.Remove(property.Name);
        }

        return Task.CompletedTask;
    }
}
