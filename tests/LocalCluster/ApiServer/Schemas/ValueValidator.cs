using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Schemas;

/// <summary>Checks one value against the constraints of its place, in the words of a CustomResourceDefinition's validation.</summary>
internal static class ValueValidator
{
    public static void Validate(JsonNode value, ValueRules rules, string path, FieldErrors errors)
    {
        if (ReferenceEquals(rules, ValueRules.None))
        {
            return;
        }

        if (rules.Enum.Count > 0 && !rules.Enum.Any(e => JsonNode.DeepEquals(e, value)))
        {
            errors.NotSupported(path, value, rules.Enum.Select(e => e?.ToJsonString() ?? "null"));
        }

        switch (value.GetValueKind())
        {
            case JsonValueKind.Number:
                ValidateNumber(value, rules, path, errors);
                break;
            case JsonValueKind.String:
                ValidateText(value.AsText()!, rules, path, errors);
                break;
            case JsonValueKind.Array:
                ValidateCount((JsonArray)value, rules, path, errors);
                break;
            case JsonValueKind.Object:
                ValidateCount((JsonObject)value, rules, path, errors);
                break;
        }

        ValidateCombinations(value, rules, path, errors);
    }

    private static void ValidateNumber(JsonNode value, ValueRules rules, string path, FieldErrors errors)
    {
        var number = value.AsDouble()!.Value;
        if (rules.Minimum is { } minimum && (rules.ExclusiveMinimum ? number <= minimum : number < minimum))
        {
            errors.Invalid(path, value, $"{path} in body should be greater than {(rules.ExclusiveMinimum ? "" : "or equal to ")}{Show(minimum)}");
        }

        if (rules.Maximum is { } maximum && (rules.ExclusiveMaximum ? number >= maximum : number > maximum))
        {
            errors.Invalid(path, value, $"{path} in body should be less than {(rules.ExclusiveMaximum ? "" : "or equal to ")}{Show(maximum)}");
        }

        if (rules.MultipleOf is { } step && Math.Abs(Math.IEEERemainder(number, step)) > 1e-9)
        {
            errors.Invalid(path, value, $"{path} in body should be a multiple of {Show(step)}");
        }
    }

    private static void ValidateText(string text, ValueRules rules, string path, FieldErrors errors)
    {
        var length = new StringInfo(text).LengthInTextElements;
        if (length < rules.MinLength)
        {
            errors.Invalid(path, text, $"{path} in body should be at least {rules.MinLength} chars long");
        }

        if (length > rules.MaxLength)
        {
            errors.TooLong(path, $"may not be more than {rules.MaxLength} bytes");
        }

        if (rules.Pattern is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
        {
            errors.Invalid(path, text, $"{path} in body should match '{pattern}'");
        }

        if (rules.Format is { } format && !Formats.IsValid(format, text))
        {
            errors.WrongFormat(path, text, format);
        }
    }

    private static void ValidateCount(JsonArray items, ValueRules rules, string path, FieldErrors errors)
    {
        if (items.Count < rules.MinItems)
        {
            errors.Invalid(path, items.Count, $"{path} in body should have at least {rules.MinItems} items");
        }

        if (items.Count > rules.MaxItems)
        {
            errors.TooMany(path, items.Count, rules.MaxItems.Value);
        }

        if (rules.UniqueItems && items.Select(JsonText.ToText).Distinct(StringComparer.Ordinal).Count() != items.Count)
        {
            errors.Invalid(path, items, $"{path} in body shouldn't contain duplicates");
        }
    }

    private static void ValidateCount(JsonObject fields, ValueRules rules, string path, FieldErrors errors)
    {
        if (fields.Count < rules.MinProperties)
        {
            errors.Invalid(path, fields.Count, $"{path} in body should have at least {rules.MinProperties} properties");
        }

        if (fields.Count > rules.MaxProperties)
        {
            errors.TooMany(path, fields.Count, rules.MaxProperties.Value);
        }
    }

    private static void ValidateCombinations(JsonNode value, ValueRules rules, string path, FieldErrors errors)
    {
        foreach (var part in rules.AllOf)
        {
            Validator.Validate(value, part, path, errors);
        }

        if (rules.AnyOf.Count > 0 && !rules.AnyOf.Any(Fits))
        {
            errors.Invalid(path, value, $"{path} in body must validate at least one schema (anyOf)");
        }

        if (rules.OneOf.Count > 0 && rules.OneOf.Count(Fits) != 1)
        {
            errors.Invalid(path, value, $"{path} in body must validate one and only one schema (oneOf)");
        }

        if (rules.Not is { } not && Fits(not))
        {
            errors.Invalid(path, value, $"{path} in body must not validate the schema (not)");
        }

        bool Fits(Schema schema)
        {
            var tried = new FieldErrors();
            Validator.Validate(value, schema, path, tried);
            return !tried.Any;
        }
    }

    private static string Show(double number) => number.ToString(CultureInfo.InvariantCulture);
}
