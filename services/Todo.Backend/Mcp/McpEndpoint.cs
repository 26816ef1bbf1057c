using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Todo.Backend.Http;
using Todo.Backend.Mcp.Calls;
using Todo.Backend.Security;

namespace Todo.Backend.Mcp;

/// <summary>
/// MCP over Streamable HTTP, stateless: each POST is a conversation of its own, so any replica may answer it. There is nothing that the server would tell a client
/// unasked, hence no stream to GET and no session to DELETE.
/// </summary>
internal static class McpEndpoint
{
    private const string Path = "/mcp";

    public static void MapMcp(this IEndpointRouteBuilder routes) => routes.MapPost(Path, AnswerAsync).RequireAuthorization().RequireRateLimiting(RateLimit.Policy);

    private static async Task AnswerAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, json: true, context.RequestAborted);
        if (Read(body) is not { } message)
        {
            await Answer.Of(Problem.Of(StatusCodes.Status400BadRequest, "One JSON-RPC 2.0 message is expected.")).WriteAsync(context);
            return;
        }

        message.Context = new JsonRpcMessageContext { User = context.User };
        context.RequestServices.GetRequiredService<ToolSession>().Caller = Caller.Of(context.User);
        await ServeAsync(context, message);
    }

    private static JsonRpcMessage? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonRpcMessage>(body, McpJsonUtilities.DefaultOptions);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task ServeAsync(HttpContext context, JsonRpcMessage message)
    {
        var services = context.RequestServices;
        var logs = services.GetRequiredService<ILoggerFactory>();
        await using var transport = new StreamableHttpServerTransport(logs) { Stateless = true };
        await using var server = McpServer.Create(transport, services.GetRequiredService<McpServerOptions>(), logs, services);
        using var stop = new CancellationTokenSource();
        var run = server.RunAsync(stop.Token);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache,no-store";
        if (!await transport.HandlePostRequestAsync(message, context.Response.Body, context.RequestAborted))
        {
            // A notification: nothing to answer.
            context.Response.ContentType = null;
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }

        await stop.CancelAsync();
        try
        {
            await run;
        }
        catch (OperationCanceledException)
        {
            // Told to.
        }
    }
}
