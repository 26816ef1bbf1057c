using System.ComponentModel;
using ModelContextProtocol.Server;
using Todo.Backend.Categories;
using Todo.Backend.Labels;
using Todo.Backend.Mcp.Calls;
using Todo.Backend.Mcp.Results;

namespace Todo.Backend.Mcp.Tools;

/// <summary>The tools for categories.</summary>
internal sealed class CategoryTools(ToolSession session, CategoryCommands commands, CategoryQueries queries)
{
    [McpServerTool(Name = "create_category", Title = "Create a category", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = false, UseStructuredContent = true)]
    [Description("Creates a category. A user has up to 50.")]
    public async Task<ChangedCategory> CreateCategoryAsync(
        [Description("1 to 50 characters; no other category has it")] string name,
        [Description("# and 6 hexadecimal digits, e.g. #1e90ff; none when left out")] string? color = null,
        CancellationToken cancellationToken = default)
    {
        var input = LabelArguments.Read(LabelKind.Category, name, color);
        return Changed("created", await NewLabels.CreateAsync(session, commands, queries, input, cancellationToken));
    }

    [McpServerTool(Name = "list_categories", Title = "List categories", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Lists all categories, each with the number of its tasks.")]
    public async Task<CategoryList> ListCategoriesAsync(CancellationToken cancellationToken = default) =>
        new([.. (await queries.ListAsync(session.UserId, cancellationToken)).Select(CountedLabel.Of)]);

    [McpServerTool(Name = "update_category", Title = "Change a category", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Changes name, colour or both; null is as if left out. An empty colour takes it away.")]
    public async Task<ChangedCategory> UpdateCategoryAsync(
        [Description("Number of the category")] long category_id,
        [Description("1 to 50 characters; no other category has it")] string? name = null,
        [Description("# and 6 hexadecimal digits, e.g. #1e90ff; empty: none")] string? color = null,
        CancellationToken cancellationToken = default)
    {
        var input = LabelArguments.ReadChange(LabelKind.Category, name, color);
        return Changed(
            "updated",
            await session.ChangeAsync(transaction => commands.UpdateAsync(transaction, session.UserId, category_id, input, cancellationToken), cancellationToken)
                ?? throw NotFound.Label(LabelKind.Category, category_id));
    }

    [McpServerTool(Name = "delete_category", Title = "Delete a category", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Deletes a category. Its tasks stay, without a category.")]
    public async Task<DeletedCategory> DeleteCategoryAsync([Description("Number of the category")] long category_id, CancellationToken cancellationToken = default)
    {
        var category = await session.ChangeAsync(transaction => commands.DeleteAsync(transaction, session.UserId, category_id, cancellationToken), cancellationToken)
            ?? throw NotFound.Label(LabelKind.Category, category_id);
        return new DeletedCategory("deleted", category.Id, category.Name, category.TaskCount ?? 0);
    }

    private static ChangedCategory Changed(string status, Label category) => new(status, category.Id, category.Name, category.Color, category.CreatedAt.UtcDateTime);
}
