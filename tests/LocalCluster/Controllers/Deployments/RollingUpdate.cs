namespace LocalCluster.Controllers.Deployments;

/// <summary>Bounds of a rolling update in pods.</summary>
public sealed record RolloutBounds(int MaxSurge, int MaxUnavailable);

/// <summary>The figures of one ReplicaSet that the arithmetic needs. Lists are ordered oldest first.</summary>
public sealed record SetSize(string Name, int Replicas, int Available, int? MaxReplicas = null);

/// <summary>
/// The arithmetic of a Deployment's rolling update and of scaling in the middle of one, as Kubernetes does it
/// (<c>pkg/controller/deployment</c>): pure functions from sizes to sizes.
/// </summary>
public static class RollingUpdate
{
    /// <summary>
    /// Resolves <c>maxSurge</c> and <c>maxUnavailable</c>, each a number or a percentage. Surge rounds up, unavailable down; both
    /// zero would never move, so unavailable becomes one. A share above the replicas is the replicas.
    /// </summary>
    public static RolloutBounds Resolve(string? maxSurge, string? maxUnavailable, int replicas)
    {
        var surge = Share(maxSurge ?? "25%", replicas, roundUp: true);
        var unavailable = Share(maxUnavailable ?? "25%", replicas, roundUp: false);
        return surge == 0 && unavailable == 0 ? new(0, 1) : new(surge, unavailable);
    }

    /// <summary>How many pods may be missing; never more than there should be.</summary>
    public static int MaxUnavailable(RolloutBounds bounds, int replicas) => replicas == 0 ? 0 : Math.Min(bounds.MaxUnavailable, replicas);

    /// <summary>The size of the new set that the surge allows now.</summary>
    public static int NewSetSize(int desired, RolloutBounds bounds, SetSize newSet, IReadOnlyCollection<SetSize> oldSets)
    {
        if (newSet.Replicas >= desired)
        {
            return desired;
        }

        var room = desired + bounds.MaxSurge - newSet.Replicas - oldSets.Sum(set => set.Replicas);
        return room <= 0 ? newSet.Replicas : newSet.Replicas + Math.Min(room, desired - newSet.Replicas);
    }

    /// <summary>
    /// New sizes of the old sets that may shrink now, without those that stay: pods that don't serve go first, then as many as
    /// availability allows, oldest set first.
    /// </summary>
    public static IReadOnlyDictionary<string, int> OldSetSizes(int desired, RolloutBounds bounds, SetSize newSet, IReadOnlyList<SetSize> oldSets)
    {
        var sizes = oldSets.ToDictionary(set => set.Name, set => set.Replicas, StringComparer.Ordinal);
        var minAvailable = desired - MaxUnavailable(bounds, desired);
        var newUnavailable = newSet.Replicas - newSet.Available;
        var unhealthyBudget = newSet.Replicas + oldSets.Sum(set => set.Replicas) - minAvailable - newUnavailable;
        if (unhealthyBudget <= 0)
        {
            return new Dictionary<string, int>(StringComparer.Ordinal);
        }

        foreach (var set in oldSets)
        {
            var unhealthy = Math.Min(unhealthyBudget, set.Replicas - set.Available);
            if (unhealthy > 0)
            {
                sizes[set.Name] -= unhealthy;
                unhealthyBudget -= unhealthy;
            }
        }

        var budget = newSet.Available + oldSets.Sum(set => set.Available) - minAvailable;
        foreach (var set in oldSets)
        {
            var healthy = Math.Min(Math.Max(budget, 0), sizes[set.Name]);
            sizes[set.Name] -= healthy;
            budget -= healthy;
        }

        return oldSets.Where(set => sizes[set.Name] != set.Replicas).ToDictionary(set => set.Name, set => sizes[set.Name], StringComparer.Ordinal);
    }

    /// <summary>
    /// Sizes after <c>spec.replicas</c> changed while several sets have pods: the difference is spread in proportion to their sizes, and
    /// what rounding leaves over goes to the largest (of equal ones the newest when growing, the oldest when shrinking).
    /// </summary>
    public static IReadOnlyDictionary<string, int> Proportional(int desired, RolloutBounds bounds, int statusReplicas, IReadOnlyList<SetSize> active)
    {
        var allowed = desired > 0 ? desired + bounds.MaxSurge : 0;
        var difference = allowed - active.Sum(set => set.Replicas);
        var ordered = (difference > 0 ? active.Reverse() : active).OrderByDescending(set => set.Replicas).ToList();
        var sizes = new Dictionary<string, int>(StringComparer.Ordinal);
        var spread = 0;
        foreach (var set in ordered)
        {
            var part = difference == 0 ? 0 : Part(set, desired, bounds, statusReplicas, difference - spread);
            sizes[set.Name] = set.Replicas + part;
            spread += part;
        }

        if (ordered.Count > 0 && difference != 0)
        {
            sizes[ordered[0].Name] = Math.Max(0, sizes[ordered[0].Name] + difference - spread);
        }

        return sizes;
    }

    private static int Part(SetSize set, int desired, RolloutBounds bounds, int statusReplicas, int left)
    {
        if (set.Replicas == 0 || left == 0)
        {
            return 0;
        }

        if (desired == 0)
        {
            return Math.Max(-set.Replicas, left);
        }

        var before = set.MaxReplicas ?? statusReplicas;
        var size = before == 0 ? set.Replicas : (int)Math.Round((double)set.Replicas * (desired + bounds.MaxSurge) / before, MidpointRounding.AwayFromZero);
        var part = size - set.Replicas;
        return left > 0 ? Math.Min(part, left) : Math.Max(part, left);
    }

    private static int Share(string value, int replicas, bool roundUp)
    {
        if (!value.EndsWith('%'))
        {
            return int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
        }

        var share = int.Parse(value.AsSpan(0, value.Length - 1), System.Globalization.CultureInfo.InvariantCulture) * (long)replicas;
        return (int)((share + (roundUp ? 99 : 0)) / 100);
    }
}
