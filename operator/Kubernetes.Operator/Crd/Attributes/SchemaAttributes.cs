namespace Kubernetes.Operator.Crd.Attributes;

/// <summary>The field must be given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredAttribute : Attribute;

/// <summary>The value that the API server fills in when the field is not given.</summary>
/// <remarks>Without a value: <c>{}</c>, so that the defaults inside an object apply though the object is not given.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DefaultAttribute : Attribute
{
    /// <summary>The default is an empty object.</summary>
    public DefaultAttribute()
    {
    }

    /// <summary>A text, number, truth value, enum member, or the text of a duration or quantity.</summary>
    public DefaultAttribute(object value) => Value = value;

    /// <summary>The value; null for an empty object.</summary>
    public object? Value { get; }
}

/// <summary>Smallest value of a number.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeMinimumAttribute(double minimum) : Attribute
{
    /// <summary>The bound, included.</summary>
    public double Minimum { get; } = minimum;
}

/// <summary>Largest value of a number.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeMaximumAttribute(double maximum) : Attribute
{
    /// <summary>The bound, included.</summary>
    public double Maximum { get; } = maximum;
}

/// <summary>Shortest and longest value of a duration: a CEL rule, because a schema knows no bounds of a text's meaning.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationRangeAttribute(string minimum, string maximum) : Attribute
{
    /// <summary>The lower bound, included, in Go's notation.</summary>
    public string Minimum { get; } = minimum;

    /// <summary>The upper bound, included, in Go's notation.</summary>
    public string Maximum { get; } = maximum;
}

/// <summary>Length of a text, or (<see cref="ItemsAttribute"/>) number of items; -1: no bound.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LengthAttribute(int minLength = -1, int maxLength = -1) : Attribute
{
    /// <summary>Shortest length.</summary>
    public int MinLength { get; } = minLength;

    /// <summary>Longest length.</summary>
    public int MaxLength { get; } = maxLength;
}

/// <summary>Number of items of a list, or of entries of a map; -1: no bound. CEL rules over lists need an upper bound.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemsAttribute(int minItems = -1, int maxItems = -1) : Attribute
{
    /// <summary>Fewest items.</summary>
    public int MinItems { get; } = minItems;

    /// <summary>Most items.</summary>
    public int MaxItems { get; } = maxItems;
}

/// <summary>Regular expression (RE2) that a text must match.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PatternAttribute(string regexPattern) : Attribute
{
    /// <summary>The expression.</summary>
    public string RegexPattern { get; } = regexPattern;
}

/// <summary>The allowed values of a text. Enum types need no attribute.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AllowedValuesAttribute(params string[] values) : Attribute
{
    /// <summary>The values.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}

/// <summary>A CEL rule (<c>x-kubernetes-validations</c>) on a type or field; <c>self</c> is its value.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true)]
public sealed class ValidationRuleAttribute(string rule, string message) : Attribute
{
    /// <summary>The expression; must be true.</summary>
    public string Rule { get; } = rule;

    /// <summary>What people are told when it is not.</summary>
    public string Message { get; } = message;

    /// <summary>The field that the message is about, for example <c>.broker</c>.</summary>
    public string? FieldPath { get; set; }

    /// <summary>Machine-readable reason: FieldValueInvalid, FieldValueForbidden, FieldValueRequired, FieldValueDuplicate.</summary>
    public string? Reason { get; set; }
}

/// <summary>The list is a map: items are told apart by these fields, and managers own items instead of the whole list.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapKeysAttribute(params string[] keys) : Attribute
{
    /// <summary>JSON names of the key fields.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}

/// <summary>The list is a set of scalars.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListSetAttribute : Attribute;

/// <summary>Keeps fields that the schema does not name.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class PreserveUnknownFieldsAttribute : Attribute;
