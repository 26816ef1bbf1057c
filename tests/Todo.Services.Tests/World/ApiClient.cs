using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Todo.Services.Tests.World;

/// <summary>One user of the REST API.</summary>
public sealed class ApiClient(HttpClient http, string userId, string? timeZone = null)
{
    private const string Tasks = "api/v1/tasks";

    public string UserId => userId;

    public string Email => $"{userId}@users.example";

    /// <summary>What the requests carry; null sends none.</summary>
    public string? Token { get; set; } = Jwt(userId, $"{userId}@users.example", timeZone, ServiceProcess.Secret, TimeSpan.FromHours(1));

    public async Task<TaskView> CreateAsync(object body, string? idempotencyKey = null) => await ReadAsync(await SendAsync(HttpMethod.Post, "", body, idempotencyKey));

    public async Task<TaskView> CompleteAsync(long id) => await ReadAsync(await SendAsync(HttpMethod.Post, $"/{id}/complete"));

    public async Task<TaskView> ReopenAsync(long id) => await ReadAsync(await SendAsync(HttpMethod.Post, $"/{id}/reopen"));

    public async Task<TaskView> UpdateAsync(long id, object body) => await ReadAsync(await SendAsync(HttpMethod.Patch, $"/{id}", body));

    public async Task<List<TaskView>> ListAsync(string query = "?limit=200")
    {
        using var response = await SendAsync(HttpMethod.Get, query);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<Page>())!.Items;
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, string? idempotencyKey = null) =>
        RequestAsync(method, Tasks + path, body, idempotencyKey);

    /// <summary>A success' body.</summary>
    public async Task<JsonObject> JsonAsync(HttpMethod method, string path, object? body = null)
    {
        using var response = await RequestAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Status, and the fields that a problem names.</summary>
    public async Task<(System.Net.HttpStatusCode Status, string Fields)> RefusalAsync(HttpMethod method, string path, object? body = null)
    {
        using var response = await RequestAsync(method, path, body);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        return (response.StatusCode, string.Join(' ', problem["errors"]?.AsObject().Select(e => e.Key) ?? []));
    }

    /// <param name="path">From the root of the service.</param>
    public Task<HttpResponseMessage> RequestAsync(
        HttpMethod method, string path, object? body = null, string? idempotencyKey = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = body is string text ? new StringContent(text, Encoding.UTF8, "application/json") : JsonContent.Create(body);
        }

        if (Token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return http.SendAsync(request);
    }

    /// <summary>A token as the sign-in service makes it.</summary>
    public static string Jwt(string subject, string? email, string? timeZone, string secret, TimeSpan life)
    {
        var claims = new JsonObject { ["sub"] = subject, ["exp"] = DateTimeOffset.UtcNow.Add(life).ToUnixTimeSeconds() };
        if (email is not null)
        {
            claims["email"] = email;
        }

        if (timeZone is not null)
        {
            claims["time_zone"] = timeZone;
        }

        var unsigned = $"{Encode("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{unsigned}.{Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(unsigned)))}";
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static async Task<TaskView> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            return (await response.Content.ReadFromJsonAsync<TaskView>())!;
        }
    }

    private sealed record Page(List<TaskView> Items, string? NextCursor);
}

/// <summary>A task as the API shows it.</summary>
public sealed record TaskView(
    long Id, string Title, string? Description, string Priority, bool Completed, DateTimeOffset? DueAt, string? RecurrenceRule, Guid? SeriesId, DateTimeOffset? Occurrence, long Version);
