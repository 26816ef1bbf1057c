using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Todo.Load.Journaling;

namespace Todo.Load.Generating;

/// <summary>One answer of the backend; <paramref name="Status"/> 0: there was none.</summary>
internal sealed record Reply(int Status, AnsweredTask? Task, string? Error)
{
    public Outcome Outcome => Status switch { 0 => Outcome.Failed, < 300 => Outcome.Acknowledged, _ => Outcome.Refused };
}

/// <summary>A task as the backend answers it, as far as the account needs it.</summary>
internal sealed record AnsweredTask(
    long Id, string Title, string Priority, bool Completed, DateTimeOffset? DueAt, Guid? SeriesId, DateTimeOffset? Occurrence);

/// <summary>What is asked of a new or changed task; absent fields are left out.</summary>
internal sealed record TaskBody(string? Title, string? Priority, DateTimeOffset? DueAt, string? RecurrenceRule);

/// <summary>The backend's REST API for tasks. Never sends anything twice by itself.</summary>
internal sealed class BackendClient : IDisposable
{
    private const string Tasks = "/api/v1/tasks";

    // Shorter than the services' SHUTDOWN_DELAY: a kept connection is never used at the moment at which a pod that leaves closes it.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly JwtIssuer _tokens;

    public BackendClient(LoadOptions options, TimeProvider time)
    {
        _tokens = new JwtIssuer(options.JwtSecret, time);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = ConnectionLifetime,
        })
        {
            BaseAddress = options.Backend,
            Timeout = options.Timeout,
        };
    }

    public Task<Reply> CreateAsync(User user, string key, TaskBody body) => ChangeAsync(HttpMethod.Post, Tasks, user, key, body);

    public Task<Reply> UpdateAsync(User user, string key, long id, TaskBody body) => ChangeAsync(HttpMethod.Patch, $"{Tasks}/{id}", user, key, body);

    public Task<Reply> CompleteAsync(User user, string key, long id) => ChangeAsync(HttpMethod.Post, $"{Tasks}/{id}/complete", user, key, null);

    public Task<Reply> DeleteAsync(User user, string key, long id) => ChangeAsync(HttpMethod.Delete, $"{Tasks}/{id}", user, key, null);

    public async Task<Reply> ListAsync(User user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Tasks}?limit=50");
        return await SendAsync(request, user);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Reply> ChangeAsync(HttpMethod method, string path, User user, string key, TaskBody? body)
    {
        using var request = new HttpRequestMessage(method, path);

        // Always with a body, if only an empty one: HttpClient repeats a request without one by itself when a kept connection turns out to be closed.
        request.Content = body is null ? new ByteArrayContent([]) : JsonContent.Create(body, ClientJson.Default.TaskBody);
        request.Headers.Add("Idempotency-Key", key);
        return await SendAsync(request, user);
    }

    private async Task<Reply> SendAsync(HttpRequestMessage request, User user)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _tokens.TokenFor(user.Id, user.Email));
        try
        {
            using var response = await _http.SendAsync(request);
            if (!response.IsSuccessStatusCode)
            {
                return new Reply((int)response.StatusCode, null, await response.Content.ReadAsStringAsync());
            }

            var task = request.Method == HttpMethod.Get || response.StatusCode == HttpStatusCode.NoContent
                ? null
                : await response.Content.ReadFromJsonAsync(ClientJson.Default.AnsweredTask);
            return new Reply((int)response.StatusCode, task, null);
        }
        catch (Exception unanswered) when (unanswered is HttpRequestException or SocketException or OperationCanceledException or IOException or JsonException)
        {
            return new Reply(0, null, $"{unanswered.GetType().Name}: {unanswered.Message}");
        }
    }
}

/// <summary>Somebody who has tasks.</summary>
internal sealed record User(string Id, string Email);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TaskBody))]
[JsonSerializable(typeof(AnsweredTask))]
internal sealed partial class ClientJson : JsonSerializerContext;
