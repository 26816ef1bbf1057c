using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Ownership;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.Cel;

/// <summary>Checks an object against the <c>x-kubernetes-validations</c> of its schema.</summary>
internal static class RuleValidator
{
    private static readonly ConcurrentDictionary<string, CelNode> Parsed = new(StringComparer.Ordinal);

    /// <param name="value">The value at this place.</param>
    /// <param name="old">What was there before; null: nothing, or nothing that corresponds to it.</param>
    public static void Validate(JsonNode? value, JsonNode? old, Schema schema, string path, FieldErrors errors)
    {
        if (value is null)
        {
            return;
        }

        foreach (var rule in schema.Validations)
        {
            Check(rule, value, old, schema, path, errors);
        }

        switch (value)
        {
            case JsonObject fields:
                foreach (var (name, field) in fields)
                {
                    if (schema.Field(name) is { } fieldSchema)
                    {
                        Validate(field, (old as JsonObject)?[name], fieldSchema, path.Length == 0 ? name : $"{path}.{name}", errors);
                    }
                }

                break;
            case JsonArray items when schema.Items is { } itemSchema:
                // Only items with a key have a past of their own.
                var before = schema.List == ListTopology.Map ? Steps.ByStep(old, schema) : [];
                for (var i = 0; i < items.Count; i++)
                {
                    var previous = schema.List == ListTopology.Map && before.TryGetValue(Steps.Item(items[i], schema), out var found) ? found.Value : null;
                    Validate(items[i], previous, itemSchema, $"{path}[{i}]", errors);
                }

                break;
        }
    }

    /// <summary>Whether there are rules at this place or below it.</summary>
    public static bool HasRules(Schema schema) =>
        schema.Validations.Count > 0
        || schema.Properties.Values.Any(HasRules)
        || (schema.Items is not null && HasRules(schema.Items))
        || (schema.Values is not null && HasRules(schema.Values));

    /// <summary>Why a rule cannot be used at this place of a schema; null: it can.</summary>
    public static string? Problem(string rule, JsonObject schema)
    {
        try
        {
            return ListTypes.Problem(Parse(rule), schema);
        }
        catch (CelException error)
        {
            return error.Message;
        }
    }

    private static CelNode Parse(string rule) => Parsed.GetOrAdd(rule, CelParser.Parse);

    private static void Check(ValidationRule rule, JsonNode value, JsonNode? old, Schema schema, string path, FieldErrors errors)
    {
        var at = rule.FieldPath is { Length: > 0 } field ? path + (path.Length == 0 ? field.TrimStart('.') : field) : path;
        var type = schema.Type ?? "object";
        try
        {
            var expression = Parse(rule.Rule);
            var isTransition = expression.Uses("oldSelf");
            if (isTransition && old is null && !rule.OptionalOldSelf)
            {
                return;
            }

            var variables = new Dictionary<string, object?>(StringComparer.Ordinal) { ["self"] = CelValues.From(value) };
            if (isTransition)
            {
                variables["oldSelf"] = rule.OptionalOldSelf ? new CelOptional(old is not null, CelValues.From(old)) : CelValues.From(old);
            }

            if (!CelValues.Truth(CelEvaluator.Evaluate(expression, variables)))
            {
                Report(rule, Message(rule, variables), type, at, errors);
            }
        }
        catch (CelException error)
        {
            // A rule that cannot be evaluated says nothing about the field it is about.
            errors.Invalid(path, type, $"{error.Message} evaluating rule: {rule.Message ?? rule.Rule}");
        }
    }

    private static string Message(ValidationRule rule, Dictionary<string, object?> variables)
    {
        if (rule.MessageExpression is { Length: > 0 } expression)
        {
            try
            {
                if (CelEvaluator.Evaluate(Parse(expression), variables) is string { Length: > 0 } text)
                {
                    return text;
                }
            }
            catch (CelException)
            {
                // The plain message is what remains, as in Kubernetes.
            }
        }

        return rule.Message is { Length: > 0 } message ? message : $"failed rule: {rule.Rule}";
    }

    private static void Report(ValidationRule rule, string message, string type, string path, FieldErrors errors)
    {
        switch (rule.Reason)
        {
            case "FieldValueForbidden":
                errors.Forbidden(path, message);
                break;
            case "FieldValueRequired":
                errors.Required(path, message);
                break;
            case "FieldValueDuplicate":
                errors.Duplicate(path, type);
                break;
            default:
                errors.Invalid(path, type, message);
                break;
        }
    }
}
