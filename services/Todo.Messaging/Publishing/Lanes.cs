using System.Text;

namespace Todo.Messaging.Publishing;

/// <summary>
/// A producer's events are divided into lanes by their key. A lane is relayed by one pod at a time, so the order within a key holds
/// however many pods there are.
/// </summary>
public static class Lanes
{
    /// <summary>Lanes of ordinary events: 0 to 15.</summary>
    public const int Count = 16;

    /// <summary>Lane of probes: a probe over a transport that does not work holds nothing else up.</summary>
    public const short Probe = Count;

    /// <summary>FNV-1a of the key's UTF-8, modulo <see cref="Count"/>: the same on every machine and in every version.</summary>
    public static short Of(string key) => (short)(Hash(key) % Count);

    internal static uint Hash(string key)
    {
        var hash = 2166136261u;
        foreach (var value in Encoding.UTF8.GetBytes(key))
        {
            hash = (hash ^ value) * 16777619u;
        }

        return hash;
    }
}
