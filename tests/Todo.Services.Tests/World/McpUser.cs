using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Todo.Services.Tests.World;

/// <summary>One user of the MCP server, by the C# client.</summary>
public sealed class McpUser : IAsyncDisposable
{
    private readonly McpClient _client;

    private McpUser(McpClient client) => _client = client;

    /// <summary>Connects with this user's token.</summary>
    public static async Task<McpUser> ConnectAsync(ServiceProcess backend, ApiClient user)
    {
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(backend.Http.BaseAddress!, "mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {user.Token}" },
        });
        return new McpUser(await McpClient.CreateAsync(transport));
    }

    public async Task<IReadOnlyList<Tool>> ToolsAsync() => [.. (await _client.ListToolsAsync()).Select(tool => tool.ProtocolTool)];

    /// <summary>A call that succeeds: its structured result.</summary>
    public async Task<JsonObject> CallAsync(string tool, object arguments)
    {
        var result = await SendAsync(tool, arguments);
        Assert.True(result.IsError is not true, TextOf(result));
        var content = JsonNode.Parse(result.StructuredContent!.Value.GetRawText())!.AsObject();
        // Clients that know no structured content read the same in the text.
        Assert.True(JsonNode.DeepEquals(content, JsonNode.Parse(TextOf(result))));
        return content;
    }

    /// <summary>A call that fails: its error.</summary>
    public async Task<JsonObject> FailAsync(string tool, object arguments)
    {
        var result = await SendAsync(tool, arguments);
        Assert.True(result.IsError, $"{tool} succeeded: {TextOf(result)}");
        Assert.Null(result.StructuredContent);
        return JsonNode.Parse(TextOf(result))!.AsObject();
    }

    /// <param name="key">Under which the call may be repeated; null: it is another each time.</param>
    public async Task<CallToolResult> SendAsync(string tool, object arguments, string? key = null) => await _client.CallToolAsync(new CallToolRequestParams
    {
        Name = tool,
        Meta = key is null ? null : new JsonObject { ["io.todo/idempotency-key"] = key },
        Arguments = JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(p => p.Name, p => p.Value),
    });

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    public static string TextOf(CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
}
