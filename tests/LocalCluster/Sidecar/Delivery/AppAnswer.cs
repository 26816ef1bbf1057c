using System.Net;
using System.Text.Json;

namespace LocalCluster.Sidecar.Delivery;

/// <summary>What the app's answer to an event means.</summary>
internal enum AppAnswer
{
    Success,
    Retry,
    Drop,
    NotFound,
}

/// <summary>Reads the answer as Dapr does (pkg/runtime/subscription/postman/http).</summary>
internal static class AppAnswers
{
    /// <summary>2xx with an empty or unreadable body is success; an unknown status is a retry; 404 gives the event up.</summary>
    public static AppAnswer Read(AppResponse response)
    {
        if (response.Status == HttpStatusCode.NotFound)
        {
            return AppAnswer.NotFound;
        }

        return response.IsSuccess ? FromStatus(Status(response.Body)) : AppAnswer.Retry;
    }

    /// <summary>The status words of an answer, also those inside a bulk answer.</summary>
    public static AppAnswer FromStatus(string? status) => status switch
    {
        null or "" or "SUCCESS" => AppAnswer.Success,
        "DROP" => AppAnswer.Drop,
        _ => AppAnswer.Retry,
    };

    private static string? Status(byte[] body)
    {
        if (body.Length == 0)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("status", out var status)
                && status.ValueKind == JsonValueKind.String
                    ? status.GetString()
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
