using System.Text.Json.Serialization;
using Kubernetes.Client.Serialization;

namespace Kubernetes.Client.Models;

/// <summary>A number or a text, as in <c>maxSurge: 1</c> and <c>maxSurge: 25%</c>.</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString
{
    private IntOrString(int? number, string? text)
    {
        Number = number;
        Text = text;
    }

    /// <summary>The number, when it is one.</summary>
    public int? Number { get; }

    /// <summary>The text, when it is one.</summary>
    public string? Text { get; }

    public static implicit operator IntOrString(int value) => new(value, null);

    public static implicit operator IntOrString(string value) => new(null, value);

    /// <inheritdoc/>
    public override string ToString() => Text ?? (Number ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
