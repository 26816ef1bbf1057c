using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Todo.Backend.Mcp.Results;
using Todo.Backend.Rules;
using Todo.Messaging.Schema;

namespace Todo.Backend.Mcp.Calls;

/// <summary>A tool whose arguments are looked at before it runs, and whose failures are answers that a model can act upon.</summary>
internal sealed partial class CheckedTool(McpServerTool tool, ILogger log) : DelegatingMcpServerTool(tool)
{
    private static readonly ToolError Unavailable = new(
        ErrorCodes.Unavailable, "The database does not answer. Nothing is known to have changed: look with list_tasks or get_task in a moment before you repeat a change. A client that gave a key may repeat the call as it is.");

    private static readonly ToolError Internal = new(ErrorCodes.Internal, "Something went wrong here, not in your arguments. Nothing has changed.");

    public override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        try
        {
            ArgumentCheck.ThrowIfRefused(ProtocolTool.InputSchema, request.Params.Arguments);
            var session = request.Services!.GetRequiredService<ToolSession>();
            session.Repeatable = RepeatableCall.Of(request.Params);
            var result = await base.InvokeAsync(request, cancellationToken);
            if (session.IsReplay)
            {
                RepeatableCall.Mark(result);
            }

            return result;
        }
        catch (ToolException e)
        {
            return Failed(e.Error);
        }
        catch (RefusedException e)
        {
            return Failed(Refusals.Of(e.Refusal, ProtocolTool.InputSchema));
        }
        catch (Exception e) when (DatabaseErrors.IsTransient(e))
        {
            LogUnavailable(log, ProtocolTool.Name, e.Message);
            return Failed(Unavailable);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(log, e, ProtocolTool.Name);
            return Failed(Internal);
        }
    }

    // As text alone: structured content has to have the form of the output schema, which is that of a success.
    private static CallToolResult Failed(ToolError error) => new()
    {
        IsError = true,
        Content = [new TextContentBlock { Text = JsonSerializer.Serialize(error, ToolJson.Default.ToolError) }],
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Tool} found no database: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string tool, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Tool} failed")]
    private static partial void LogFailed(ILogger logger, Exception error, string tool);
}
