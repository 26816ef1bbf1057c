using System.Globalization;
using System.Text.Json.Serialization;
using Kubernetes.Client.Serialization;

namespace Kubernetes.Client.Models;

/// <summary>An amount of a resource as Kubernetes writes it: <c>500m</c>, <c>128Mi</c>, <c>1.5</c>, <c>2e3</c>.</summary>
/// <remarks>Kept as written; equal when the amounts are equal (<c>0.5</c> is <c>500m</c>). Source: the Kubernetes API reference, Quantity.</remarks>
[JsonConverter(typeof(ResourceQuantityConverter))]
public readonly struct ResourceQuantity : IEquatable<ResourceQuantity>
{
    private static readonly Dictionary<string, decimal> Suffixes = new(StringComparer.Ordinal)
    {
        ["n"] = 1e-9m, ["u"] = 1e-6m, ["m"] = 1e-3m, [""] = 1m,
        ["k"] = 1e3m, ["M"] = 1e6m, ["G"] = 1e9m, ["T"] = 1e12m, ["P"] = 1e15m, ["E"] = 1e18m,
        ["Ki"] = 1024m, ["Mi"] = 1024m * 1024, ["Gi"] = 1024m * 1024 * 1024, ["Ti"] = 1024m * 1024 * 1024 * 1024,
        ["Pi"] = 1024m * 1024 * 1024 * 1024 * 1024, ["Ei"] = 1024m * 1024 * 1024 * 1024 * 1024 * 1024,
    };

    private readonly string? _text;

    /// <summary>Takes a quantity as written.</summary>
    /// <exception cref="FormatException">Not a quantity.</exception>
    public ResourceQuantity(string text)
    {
        _text = text;
        if (!TryParse(text, out var value))
        {
            throw new FormatException($"\"{text}\" is not a quantity (examples: 500m, 128Mi, 1.5).");
        }

        Value = value;
    }

    /// <summary>The amount in the resource's own unit: cores, bytes.</summary>
    public decimal Value { get; }

    public static implicit operator ResourceQuantity(string text) => new(text);

    public static bool operator ==(ResourceQuantity left, ResourceQuantity right) => left.Equals(right);

    public static bool operator !=(ResourceQuantity left, ResourceQuantity right) => !left.Equals(right);

    /// <summary>Reads a quantity; false when the text is not one.</summary>
    public static bool TryParse(string? text, out decimal value)
    {
        value = 0;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1]))
        {
            end--;
        }

        var suffix = text[end..];
        var number = text.AsSpan(0, end);

        // "2e3": an exponent ends in digits, so no suffix was found and the whole text is a number.
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!Suffixes.TryGetValue(suffix, out var factor) || !decimal.TryParse(number, Styles, CultureInfo.InvariantCulture, out var amount))
        {
            return false;
        }

        try
        {
            value = amount * factor;
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(ResourceQuantity other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ResourceQuantity other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => _text ?? "0";
}
