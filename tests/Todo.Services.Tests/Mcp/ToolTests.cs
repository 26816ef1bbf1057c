using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Mcp;

/// <summary>Tools as one new user calls them.</summary>
[Collection(nameof(Platform))]
public abstract class ToolTests(Platform platform, string? timeZone = null) : IAsyncLifetime
{
    private McpUser? _mcp;

    protected Platform Platform => platform;

    /// <summary>The same user by the REST API.</summary>
    protected ApiClient User { get; } = platform.NewUser(timeZone);

    protected McpUser Mcp => _mcp!;

    public async ValueTask InitializeAsync() => _mcp = await McpUser.ConnectAsync(platform.Backend, User);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Mcp.DisposeAsync();
    }
}
