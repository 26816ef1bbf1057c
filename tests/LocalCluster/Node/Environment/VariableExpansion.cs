using System.Text;

namespace LocalCluster.Node.Environment;

/// <summary>Kubernetes' <c>$(VAR)</c> in env values, command and args.</summary>
public static class VariableExpansion
{
    /// <summary>Replaces <c>$(NAME)</c> by its value. An unknown name stays as written; <c>$$</c> is one dollar sign.</summary>
    public static string Expand(string text, Func<string, string?> lookup)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
                continue;
            }

            var end = text[i + 1] == '(' ? text.IndexOf(')', i) : -1;
            if (end < 0)
            {
                result.Append('$');
                continue;
            }

            var reference = text[i..(end + 1)];
            result.Append(lookup(reference[2..^1]) ?? reference);
            i = end;
        }

        return result.ToString();
    }
}
