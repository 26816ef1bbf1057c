using System.Globalization;
using LocalCluster.Dependencies;

namespace Todo.Services.Tests.World;

/// <summary>Loopback addresses that nothing else in this run uses; runs side by side differ by their process id.</summary>
internal static class Addresses
{
    private static int _last;

    public static Endpoint Next(int port)
    {
        var n = Interlocked.Increment(ref _last);
        return new Endpoint(string.Create(CultureInfo.InvariantCulture, $"127.66.{10 + (Environment.ProcessId + n / 250) % 240}.{n % 250 + 1}"), port);
    }
}
