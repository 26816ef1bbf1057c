using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Protobuf;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.ApiServer.Http;

/// <summary>Reads request bodies.</summary>
internal static class BodyReader
{
    /// <summary>Media type of the body without parameters; JSON where none is given.</summary>
    public static string ContentType(HttpContext http)
    {
        var type = http.Request.ContentType;
        return string.IsNullOrEmpty(type) ? "application/json" : type.Split(';')[0].Trim();
    }

    public static async Task<byte[]> ReadBytesAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        return buffer.ToArray();
    }

    /// <summary>An object in JSON or YAML, or of a built-in type in protobuf.</summary>
    public static async Task<JsonObject> ReadObjectAsync(RequestContext context)
    {
        var type = ContentType(context.Http);
        var isProtobuf = type == ProtobufObject.MediaType && !context.Resource.IsCustom;
        if (!isProtobuf && type is not ("application/json" or "application/yaml"))
        {
            throw ApiErrors.UnsupportedMediaType(type, "application/json", "application/yaml");
        }

        var bytes = await ReadBytesAsync(context.Http);
        if (isProtobuf)
        {
            return ProtobufObject.Read(bytes, context.Resource.Schema);
        }

        return Parse(bytes, isYaml: type == "application/yaml") as JsonObject ?? throw ApiErrors.BadRequest("the body of the request must be an object");
    }

    public static JsonNode? Parse(byte[] bytes, bool isYaml)
    {
        try
        {
            return isYaml ? YamlText.Parse(System.Text.Encoding.UTF8.GetString(bytes)) : JsonText.Parse(bytes);
        }
        catch (Exception error) when (error is JsonException or YamlDotNet.Core.YamlException)
        {
            throw ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {(isYaml ? "YAML" : "JSON")}): {error.Message}");
        }
    }
}
