using System.Buffers.Binary;
using System.Net;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Resources.Strategies;

/// <summary>Hands out ClusterIPs of a range, in turn, so that an address is not used again soon after its Service went.</summary>
/// <param name="inUse">The addresses that Services have now.</param>
internal sealed class ServiceAddresses((IPAddress First, IPAddress Last) range, Func<IReadOnlySet<string>> inUse)
{
    private readonly Lock _gate = new();
    private readonly uint _first = Number(range.First);
    private readonly uint _last = Number(range.Last);
    private uint _next = Number(range.First);

    public string Next()
    {
        lock (_gate)
        {
            var taken = inUse();
            for (var tried = 0u; tried <= _last - _first; tried++)
            {
                var candidate = _next;
                _next = candidate == _last ? _first : candidate + 1;
                var text = Text(candidate);

                // .0 and .255 are legal on the loopback network, but look like mistakes.
                if ((candidate & 0xff) is not (0 or 0xff) && !taken.Contains(text))
                {
                    return text;
                }
            }

            throw new ApiException(500, "InternalError", $"failed to allocate a serviceIP: range {range.First}-{range.Last} is full");
        }
    }

    /// <summary>Why a Service may not ask for this address; null: it may.</summary>
    public string? Problem(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed) || parsed.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork)
        {
            return "not a valid IPv4 address";
        }

        if (Number(parsed) < _first || Number(parsed) > _last)
        {
            return $"the provided IP is not in the valid range {range.First}-{range.Last}";
        }

        return inUse().Contains(address) ? "provided IP is already allocated" : null;
    }

    private static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static string Text(uint number) => new IPAddress([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]).ToString();
}
