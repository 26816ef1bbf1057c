namespace LocalCluster.ApiServer.Ownership;

/// <summary>The order of a list that two sides fill.</summary>
internal static class ListOrder
{
    /// <summary>
    /// All items once. Those that <paramref name="wanted"/> names come in its order; the others stay where they are among
    /// the items they share with it.
    /// </summary>
    public static IReadOnlyList<T> Merge<T>(IReadOnlyList<T> live, IReadOnlyList<T> wanted)
    {
        var isWanted = wanted.ToHashSet();
        var isLive = live.ToHashSet();
        var result = new List<T>();
        var next = 0;
        foreach (var item in live)
        {
            if (!isWanted.Contains(item))
            {
                result.Add(item);
                continue;
            }

            // The place of a shared item is taken by whatever wanted has there, with the new items before it.
            var shared = false;
            while (next < wanted.Count && !shared)
            {
                shared = isLive.Contains(wanted[next]);
                result.Add(wanted[next++]);
            }
        }

        result.AddRange(wanted.Skip(next));
        return result;
    }
}
