using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Todo.Notification.Cursor;

/// <summary>
/// The cursor in Dapr's state store: the first component of a <c>state.</c> type that the sidecar has loaded. Without one, or while it does not answer, the
/// database's cursor serves: a sweep never waits for Dapr.
/// </summary>
internal sealed partial class DaprStateCursor(HttpClient sidecar, DatabaseCursor database, ILogger<DaprStateCursor> log) : ISweepCursor
{
    private const string Key = "reminder-sweep";

    private string? _store;

    public async Task<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await StoreAsync(cancellationToken) is { } store)
            {
                using var response = await sidecar.GetAsync($"v1.0/state/{store}/{Key}", cancellationToken);
                Forget(response);
                if (response.StatusCode == HttpStatusCode.OK
                    && (await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))?["sweptAt"]?.GetValue<string>() is { } text)
                {
                    return DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
                }
            }
        }
        catch (Exception e) when (IsUnavailable(e, cancellationToken))
        {
            LogUnavailable(log, e.Message);
        }

        return await database.ReadAsync(cancellationToken);
    }

    public async Task WriteAsync(DateTimeOffset sweptAt, CancellationToken cancellationToken)
    {
        try
        {
            if (await StoreAsync(cancellationToken) is { } store)
            {
                var body = new JsonArray(new JsonObject
                {
                    ["key"] = Key,
                    ["value"] = new JsonObject { ["sweptAt"] = sweptAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) },
                });
                using var response = await sidecar.PostAsJsonAsync($"v1.0/state/{store}", body, cancellationToken);
                Forget(response);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (IsUnavailable(e, cancellationToken))
        {
            LogUnavailable(log, e.Message);
        }

        await database.WriteAsync(sweptAt, cancellationToken);
    }

    private async Task<string?> StoreAsync(CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            var metadata = await sidecar.GetFromJsonAsync<JsonNode>("v1.0/metadata", cancellationToken);
            _store = metadata?["components"]?.AsArray()
                .FirstOrDefault(c => c?["type"]?.GetValue<string>().StartsWith("state.", StringComparison.Ordinal) == true)?["name"]?.GetValue<string>();
        }

        return _store;
    }

    /// <summary>A store that is refused may have been renamed or removed: look for it again next time.</summary>
    private void Forget(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            LogRefused(log, (int)response.StatusCode);
            _store = null;
        }
    }

    private static bool IsUnavailable(Exception error, CancellationToken cancellationToken) =>
        error is HttpRequestException or System.Text.Json.JsonException || error is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The state store does not answer, the cursor is in the database instead: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The state store answers {Status}, the cursor is in the database instead")]
    private static partial void LogRefused(ILogger logger, int status);
}
