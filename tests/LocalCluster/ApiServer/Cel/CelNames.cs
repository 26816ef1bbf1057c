namespace LocalCluster.ApiServer.Cel;

/// <summary>Property names that are no identifiers are written in an escaped form in rules.</summary>
internal static class CelNames
{
    private static readonly (string Escaped, string Plain)[] Escapes = [("__underscores__", "__"), ("__dot__", "."), ("__dash__", "-"), ("__slash__", "/")];

    public static string Unescape(string name)
    {
        if (!name.Contains("__", StringComparison.Ordinal))
        {
            return name;
        }

        var plain = Escapes.Aggregate(name, (text, escape) => text.Replace(escape.Escaped, escape.Plain, StringComparison.Ordinal));

        // Reserved words are wrapped: __namespace__.
        return plain.Length > 4 && plain.StartsWith("__", StringComparison.Ordinal) && plain.EndsWith("__", StringComparison.Ordinal) ? plain[2..^2] : plain;
    }
}
