using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LocalCluster.Dependencies;

/// <summary>Addresses for servers of a test run.</summary>
/// <param name="firstBlock">n of <c>127.n.0.0/16</c>, the first of eight blocks from which addresses are taken: one for each test program.</param>
public sealed class Loopback(byte firstBlock)
{
    private const int Blocks = 8;
    private const int HostsPerBlock = 250;

    private int _next;

    /// <summary>An address that nothing else in this run uses; runs side by side differ by their process id.</summary>
    public IPAddress NextAddress()
    {
        var n = Interlocked.Increment(ref _next);
        return IPAddress.Parse(string.Create(
            CultureInfo.InvariantCulture, $"127.{firstBlock + (n / HostsPerBlock % Blocks)}.{Environment.ProcessId % 200}.{(n % HostsPerBlock) + 1}"));
    }

    /// <summary>A port that nothing listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
