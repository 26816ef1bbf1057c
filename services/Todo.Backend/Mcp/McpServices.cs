using System.Reflection;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Todo.Backend.Mcp.Calls;
using Todo.Backend.Mcp.Results;
using Todo.Backend.Mcp.Tools;

namespace Todo.Backend.Mcp;

/// <summary>The MCP server's parts. Every public method of the classes below is a tool (docs/reference/mcp-tools.md).</summary>
internal static class McpServices
{
    private const string Instructions =
        "The to-do list of the signed-in user: tasks with due dates, recurrence and reminders, categories and tags. Times are ISO 8601; one without an offset is UTC. "
        + "Find ids with list_tasks, search_tasks, list_categories and list_tags. An error says which argument is wrong and what is accepted.";

    private static readonly Type[] Tools = [typeof(TaskTools), typeof(TaskReadTools), typeof(CategoryTools), typeof(TagTools), typeof(TaskTagTools), typeof(ReminderTools)];

    public static void AddMcp(this IServiceCollection services)
    {
        services.AddScoped<ToolSession>();
        services.AddScoped<TaskItems>();
        services.AddScoped<NotFound>();
        services.AddSingleton(provider => CreateOptions(provider.GetRequiredService<ILoggerFactory>()));

        // It would log a stack trace for each unknown method that somebody asks for; what fails in a tool is logged by ours.
        services.AddLogging(logging => logging.AddFilter("ModelContextProtocol", LogLevel.Critical));
    }

    private static McpServerOptions CreateOptions(ILoggerFactory logs)
    {
        var log = logs.CreateLogger<CheckedTool>();
        var tools = new McpServerPrimitiveCollection<McpServerTool>();
        foreach (var method in Tools.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)))
        {
            var tool = McpServerTool.Create(
                method, request => ActivatorUtilities.CreateInstance(request.Services!, method.DeclaringType!), new McpServerToolCreateOptions { SerializerOptions = ToolJson.OfTools });
            tools.Add(new CheckedTool(tool, log));
        }

        return new McpServerOptions
        {
            ServerInfo = new Implementation { Name = "todo", Title = "To-do list", Version = "1" },
            ServerInstructions = Instructions,
            ToolCollection = tools,
            // The request's own scope is used, which knows the caller.
            ScopeRequests = false,
        };
    }
}
