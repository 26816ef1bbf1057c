using System.Text;
using System.Text.Json;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Reading;

/// <summary>Where the next page of a list starts. Opaque to clients.</summary>
internal sealed record ContinueToken(long Version, ObjectKey Last)
{
    public static ContinueToken Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ContinueToken>(Convert.FromBase64String(text)) ?? throw Unreadable();
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw Unreadable();
        }
    }

    public override string ToString() => Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this)));

    private static ApiException Unreadable() => ApiErrors.BadRequest("continue key is not valid");
}
