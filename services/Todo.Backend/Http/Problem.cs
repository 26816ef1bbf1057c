using System.Text.Json.Serialization;

namespace Todo.Backend.Http;

/// <summary>RFC 9457 problem details.</summary>
/// <param name="Errors">By field, for 400.</param>
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

    public static Problem Invalid(string field, string message) => Invalid(new Dictionary<string, string[]> { [field] = [message] });

    private static string TitleOf(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}
