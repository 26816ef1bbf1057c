using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalCluster.ApiServer.Discovery;

/// <summary>Kubernetes' order of API versions: v2 over v1 over v1beta2 over v1beta1 over v1alpha1, anything else last.</summary>
internal sealed partial class VersionOrder : IComparer<string>
{
    public static readonly VersionOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var order = Rank(x ?? "").CompareTo(Rank(y ?? ""));
        return order != 0 ? order : -string.CompareOrdinal(x, y);
    }

    private static (int Stability, int Major, int Minor) Rank(string version)
    {
        var match = Pattern().Match(version);
        if (!match.Success)
        {
            return (-1, 0, 0);
        }

        var stability = match.Groups["stage"].Value switch { "alpha" => 0, "beta" => 1, _ => 2 };
        var minor = match.Groups["minor"].Success ? int.Parse(match.Groups["minor"].Value, CultureInfo.InvariantCulture) : 0;
        return (stability, int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture), minor);
    }

    [GeneratedRegex("^v(?<major>[0-9]{1,6})((?<stage>alpha|beta)(?<minor>[0-9]{1,6}))?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
