using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Todo.Messaging.Transports.Kafka;

/// <summary>
/// Makes Confluent.Kafka use the system's librdkafka: its own native package is not restored (docs/decisions/0001-packages.md).
/// </summary>
internal static class KafkaLibrary
{
    private static readonly string[] Names = ["librdkafka.so.1", "librdkafka.so", "librdkafka.1.dylib", "librdkafka"];

#pragma warning disable CA2255 // A resolver must be set before the first use, wherever that is, and only once per assembly.
    [ModuleInitializer]
    internal static void Initialize() => NativeLibrary.SetDllImportResolver(typeof(ClientConfig).Assembly, Resolve);
#pragma warning restore CA2255

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (!name.Contains("rdkafka", StringComparison.Ordinal))
        {
            return IntPtr.Zero;
        }

        foreach (var candidate in Names)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }
        }

        return IntPtr.Zero;
    }
}
