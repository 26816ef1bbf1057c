using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.OpenApi;
using LocalCluster.ApiServer.Storage;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.ApiServer.Http;

/// <summary>Writes answers.</summary>
internal static class Answers
{
    public static async Task WriteAsync(HttpContext http, int code, JsonNode body, string contentType = "application/json")
    {
        var isIndented = http.Request.Query.ContainsKey("pretty") && http.Request.Query["pretty"] != "false";
        await WriteAsync(http, code, JsonText.ToUtf8(body, isIndented), contentType);
    }

    public static async Task WriteAsync(HttpContext http, int code, ReadOnlyMemory<byte> body, string contentType = "application/json")
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }

    public static Task WriteAsync(HttpContext http, ApiException error)
    {
        http.Response.Clear();
        NoCache(http);
        if (error.Details.NumberAt("retryAfterSeconds") is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(http, error.Code, StatusBody.Of(error));
    }

    public static Task TextAsync(HttpContext http, string text) => WriteAsync(http, 200, System.Text.Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");

    public static Task SchemaAsync(HttpContext http, OpenApiAnswer answer)
    {
        if (answer.Document is { } document)
        {
            return WriteAsync(http, 200, document);
        }

        http.Response.Redirect(answer.MovedTo!, permanent: true);
        return Task.CompletedTask;
    }

    /// <summary>Discovery and version would be kept for hours by clients otherwise.</summary>
    public static void NoCache(HttpContext http) => http.Response.Headers.CacheControl = "no-cache, private";

    public static void Warn(HttpContext http, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            http.Response.Headers.Append("Warning", $"299 - {JsonText.ToText(JsonValue.Create(warning))}");
        }
    }
}
