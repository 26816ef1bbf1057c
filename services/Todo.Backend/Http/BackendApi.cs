using Todo.Backend.Categories;
using Todo.Backend.Labels;
using Todo.Backend.Reminders;
using Todo.Backend.Search;
using Todo.Backend.Tags;
using Todo.Backend.Tasks;

namespace Todo.Backend.Http;

/// <summary>The whole REST API.</summary>
internal static class BackendApi
{
    public static void MapBackendApi(this IEndpointRouteBuilder routes)
    {
        routes.MapTasks();
        routes.MapSearch();
        routes.MapReminders();
        new LabelEndpoints<CategoryCommands, CategoryQueries>(LabelKind.Category, "/api/v1/categories", "category").Map(routes);
        new LabelEndpoints<TagCommands, TagQueries>(LabelKind.Tag, "/api/v1/tags", "tag").Map(routes);
    }
}
