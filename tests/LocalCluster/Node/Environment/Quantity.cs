using System.Buffers;
using System.Globalization;

namespace LocalCluster.Node.Environment;

/// <summary>Kubernetes' resource quantities: <c>100m</c>, <c>1.5</c>, <c>128Mi</c>, <c>1e3</c>.</summary>
public static class Quantity
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("+-.0123456789");

    private static readonly Dictionary<string, decimal> Suffixes = new(StringComparer.Ordinal)
    {
        ["n"] = 1e-9m, ["u"] = 1e-6m, ["m"] = 1e-3m, [""] = 1, ["k"] = 1e3m, ["M"] = 1e6m, ["G"] = 1e9m, ["T"] = 1e12m, ["P"] = 1e15m, ["E"] = 1e18m,
        ["Ki"] = 1L << 10, ["Mi"] = 1L << 20, ["Gi"] = 1L << 30, ["Ti"] = 1L << 40, ["Pi"] = 1L << 50, ["Ei"] = 1L << 60,
    };

    /// <summary>The amount in units (cores, bytes); false when the text is no quantity.</summary>
    public static bool TryParse(string? text, out decimal amount)
    {
        amount = 0;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var digits = text.AsSpan().IndexOfAnyExcept(Digits);
        var number = digits < 0 ? text : text[..digits];
        var suffix = digits < 0 ? "" : text[digits..];
        if (suffix.Length > 1 && suffix[0] is 'e' or 'E' && int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
        {
            return decimal.TryParse($"{number}e{exponent}", NumberStyles.Float, CultureInfo.InvariantCulture, out amount);
        }

        if (!Suffixes.TryGetValue(suffix, out var factor)
            || !decimal.TryParse(number, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        amount = value * factor;
        return true;
    }
}
