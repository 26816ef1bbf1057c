using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Mcp;

/// <summary>What is before the tools: who may come in, and what is no conversation.</summary>
[Collection(nameof(Platform))]
public sealed class ProtocolTests(Platform platform)
{
    private const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";

    [Fact]
    public async Task Without_a_valid_token_there_is_nothing()
    {
        string?[] tokens = [null, "nonsense", ApiClient.Jwt("u", null, null, "another-secret-another-secret-another", TimeSpan.FromHours(1))];
        foreach (var token in tokens)
        {
            using var response = await PostAsync(List, token);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"tools/list"}""")]
    public async Task What_is_no_message_is_refused(string body)
    {
        using var response = await PostAsync(body, platform.NewUser().Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_notification_is_accepted_without_an_answer()
    {
        using var response = await PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", platform.NewUser().Token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task There_is_no_stream_and_no_session(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "mcp");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", platform.NewUser().Token);
        using var response = await platform.Backend.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task Each_request_stands_alone()
    {
        using var response = await PostAsync(List, platform.NewUser().Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"add_task\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_has_a_limit()
    {
        using var response = await PostAsync(new string(' ', 200_000), platform.NewUser().Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "mcp") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await platform.Backend.Http.SendAsync(request);
    }
}
