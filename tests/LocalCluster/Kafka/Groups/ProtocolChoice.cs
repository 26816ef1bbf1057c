using LocalCluster.Kafka.Storage;

namespace LocalCluster.Kafka.Groups;

/// <summary>Which assignment strategy a group uses: of those that every member knows, the one that most members prefer.</summary>
internal static class ProtocolChoice
{
    /// <summary>The names that all members know.</summary>
    public static HashSet<string> Common(IEnumerable<IReadOnlyList<StoredProtocol>> members)
    {
        HashSet<string>? common = null;
        foreach (var names in members.Select(m => m.Select(p => p.Name)))
        {
            if (common is null)
            {
                common = new HashSet<string>(names, StringComparer.Ordinal);
            }
            else
            {
                common.IntersectWith(names);
            }
        }

        return common ?? [];
    }

    /// <summary>The chosen name; null when the members have none in common.</summary>
    public static string? Choose(IReadOnlyCollection<IReadOnlyList<StoredProtocol>> members)
    {
        var common = Common(members);
        return members
            .Select(m => m.FirstOrDefault(p => common.Contains(p.Name))?.Name)
            .Where(name => name is not null)
            .GroupBy(name => name, StringComparer.Ordinal)
            .OrderByDescending(votes => votes.Count()).ThenBy(votes => votes.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.Key;
    }
}
