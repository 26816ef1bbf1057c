using System.Text.Json.Serialization;
using Todo.Backend.Rules;

namespace Todo.Backend.Http;

/// <summary>RFC 9457 problem details.</summary>
/// <param name="Errors">By field, for 400 and 409.</param>
internal sealed record Problem(
    string Type,
    string Title,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors = null)
{
    public const string ContentType = "application/problem+json";

    public static Problem Of(int status, string? detail = null) => new("about:blank", TitleOf(status), status, detail);

    public static Problem Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new("about:blank", TitleOf(400), 400, string.Join(" ", errors.Select(e => $"{e.Key}: {string.Join(" ", e.Value)}")), errors);

    /// <summary>400 for a reference to nothing, 409 where the user's other data are in the way.</summary>
    public static Problem Refused(Refusal refusal)
    {
        var status = refusal.Kind == RefusalKind.NoSuchObject ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict;
        return new("about:blank", TitleOf(status), status, refusal.Message, new Dictionary<string, string[]> { [refusal.Field] = [refusal.Message] });
    }

    public static Problem Invalid(string field, string message) => Invalid(new Dictionary<string, string[]> { [field] = [message] });

    private static string TitleOf(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}
