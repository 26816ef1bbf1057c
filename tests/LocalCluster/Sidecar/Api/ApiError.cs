using System.Text.Json;

namespace LocalCluster.Sidecar.Api;

/// <summary>Dapr's error body.</summary>
internal static class ApiError
{
    public static async Task WriteAsync(HttpContext context, int status, string code, string message, params IReadOnlyList<KeyValuePair<string, string>> details)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("errorCode", code);
        json.WriteString("message", message);
        if (details.Count > 0)
        {
            json.WriteStartArray("details");
            json.WriteStartObject();
            json.WriteString("@type", "type.googleapis.com/google.rpc.ErrorInfo");
            json.WriteString("domain", "dapr.io");
            json.WriteStartObject("metadata");
            foreach (var (name, value) in details)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteString("reason", code);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();    }
}
