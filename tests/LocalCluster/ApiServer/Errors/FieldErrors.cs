using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Errors;

/// <summary>What is wrong with the fields of one object, in the words of Kubernetes' field errors.</summary>
internal sealed class FieldErrors
{
    private readonly List<FieldError> _errors = [];

    public bool Any => _errors.Count > 0;

    /// <summary>Errors after which the rules of a schema are not looked at: a value is missing, or is not what its type promises.</summary>
    public bool AreBlocking => _errors.Any(
        static e => e.Reason is "FieldValueRequired" or "FieldValueTypeInvalid" or "FieldValueNotSupported" or "FieldValueTooLong" or "FieldValueTooMany");

    public IReadOnlyList<FieldError> All => _errors;

    public void Required(string field, string detail = "") => Add("FieldValueRequired", field, detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    public void Invalid(string field, JsonNode? value, string detail) => Add("FieldValueInvalid", field, $"Invalid value: {Show(value)}: {detail}");

    /// <summary>A value of a wrong type: Kubernetes shows the type in the value's place.</summary>
    public void WrongType(string field, string actual, string expected) =>
        Add("FieldValueTypeInvalid", field, $"Invalid value: \"{actual}\": {field} in body must be of type {expected}: \"{actual}\"", isUnreadable: true);

    /// <summary>A text that does not have the form of its type: of a time, a duration, an amount.</summary>
    public void WrongFormat(string field, string text, string expected) =>
        Add("FieldValueTypeInvalid", field, $"Invalid value: \"{text}\": {field} in body must be of type {expected}: \"{text}\"", isUnreadable: true);

    public void NotSupported(string field, JsonNode? value, IEnumerable<string> supported) =>
        Add("FieldValueNotSupported", field, $"Unsupported value: {Show(value)}: supported values: {string.Join(", ", supported)}");

    public void Duplicate(string field, JsonNode? value) => Add("FieldValueDuplicate", field, $"Duplicate value: {Show(value)}");

    public void Forbidden(string field, string detail) => Add("FieldValueForbidden", field, $"Forbidden: {detail}");

    public void TooLong(string field, string detail) => Add("FieldValueTooLong", field, $"Too long: {detail}");

    public void TooMany(string field, int actual, long limit) =>
        Add("FieldValueTooMany", field, $"Too many: {actual}: must have at most {limit} items");

    public void Add(FieldErrors others) => _errors.AddRange(others._errors);

    public JsonArray ToCauses() =>
        new([.. _errors.Select(e => (JsonNode)new JsonObject { ["reason"] = e.Reason, ["message"] = e.Message, ["field"] = e.Field })]);

    public override string ToString()
    {
        var lines = _errors.Select(e => $"{e.Field}: {e.Message}").ToList();
        return lines.Count == 1 ? lines[0] : $"[{string.Join(", ", lines)}]";
    }

    /// <summary>Says that the rules were not looked at.</summary>
    public void RulesNotChecked() =>
        Invalid("", "null", "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation");

    // The object as a whole has no path.
    private void Add(string reason, string field, string message, bool isUnreadable = false) =>
        _errors.Add(new FieldError(reason, field.Length == 0 ? "<nil>" : field, message, isUnreadable));

    private static string Show(JsonNode? value) => value is JsonObject or JsonArray ? JsonText.ToText(value) : value?.ToJsonString(Relaxed) ?? "null";

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>One field's error: machine reason, path, and the sentence; and whether a typed language could not even hold the value.</summary>
internal sealed record FieldError(string Reason, string Field, string Message, bool IsUnreadable);
