using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LocalCluster.Dependencies;

/// <summary>A TCP address.</summary>
public sealed record Endpoint(string Host, int Port)
{
    /// <summary>False when something listens there.</summary>
    public bool IsFree()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Parse(Host), Port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
