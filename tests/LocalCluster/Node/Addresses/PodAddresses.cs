using System.Net;

namespace LocalCluster.Node.Addresses;

/// <summary>
/// Hands out the block's pod addresses in turn. An address comes round again only after all others, so that a client with an old
/// address meets nobody instead of somebody else.
/// </summary>
internal sealed class PodAddresses(byte block)
{
    private const int PerThird = 254;
    private const int Thirds = 199;
    private const int Count = PerThird * Thirds;

    private readonly Lock _lock = new();
    private readonly HashSet<int> _used = [];
    private int _next;

    /// <exception cref="InvalidOperationException">All 50,546 addresses are in use.</exception>
    public IPAddress Take()
    {
        lock (_lock)
        {
            for (var tries = 0; tries < Count; tries++)
            {
                var index = _next;
                _next = (_next + 1) % Count;
                if (_used.Add(index))
                {
                    return new IPAddress([127, block, (byte)(1 + index / PerThird), (byte)(1 + index % PerThird)]);
                }
            }
        }

        throw new InvalidOperationException($"no free pod address in 127.{block}.0.0/16");
    }

    public void Return(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        lock (_lock)
        {
            _used.Remove((bytes[2] - 1) * PerThird + bytes[3] - 1);
        }
    }
}
